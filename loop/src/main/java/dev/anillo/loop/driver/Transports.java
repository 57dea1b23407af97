package dev.anillo.loop.driver;

import dev.anillo.loop.OsException;
import dev.anillo.loop.TransportException;
import dev.anillo.loop.driver.epoll.EpollDriver;
import dev.anillo.loop.driver.nio.NioDriver;
import dev.anillo.loop.driver.posix.KernelReport;
import dev.anillo.loop.driver.uring.UringDriver;
import dev.anillo.loop.memory.Memory;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/// Chooses the transport by trying: io_uring, else epoll, else NIO. Never by kernel version.
///
/// `-Danillo.transport=NAME` or the environment's `ANILLO_TRANSPORT=NAME` forces one.
public final class Transports {
    /// In the order of preference.
    public static final List<String> NAMES = List.of("io_uring", "epoll", "nio");

    private static final AtomicBoolean TOLD = new AtomicBoolean();

    /// A transport that was tried and not taken.
    public record Refused(String name, String reason) {}

    /// What choosing came to.
    ///
    /// @param driver open, the caller's to shut down
    /// @param refused those of higher preference, with the reasons
    public record Choice(Driver driver, List<Refused> refused) {}

    private Transports() {}

    /// The driver for a new loop. Where epoll serves because io_uring is refused, the log tells who refused it, once.
    ///
    /// @throws TransportException when the forced one is unknown or refused, or all are
    public static Driver open() {
        var choice = choose();
        if (choice.driver().name().equals("epoll") && !choice.refused().isEmpty() && !TOLD.getAndSet(true)) {
            System.getLogger("dev.anillo.loop").log(Level.INFO, "epoll serves: " + choice.refused().getFirst().reason());
        }
        return choice.driver();
    }

    /// As [#open], with the reasons.
    public static Choice choose() {
        var forced = forced();
        return forced == null ? probe() : new Choice(openForced(forced), List.of());
    }

    /// What the user asks for, or null.
    public static String forced() {
        var name = System.getProperty("anillo.transport", System.getenv("ANILLO_TRANSPORT"));
        return name == null || name.isBlank() ? null : name.strip().toLowerCase(Locale.ROOT);
    }

    private static Driver openForced(String name) {
        if (!NAMES.contains(name)) {
            throw new TransportException("unknown transport '" + name + "': the names are " + String.join(", ", NAMES));
        }
        try {
            return open(name);
        } catch (Refusal refusal) {
            throw new TransportException("transport " + name + " was asked for and is not available: "
                    + refusal.getMessage(), refusal);
        }
    }

    private static Choice probe() {
        var refused = new ArrayList<Refused>();
        for (var name : NAMES) {
            try {
                return new Choice(open(name), List.copyOf(refused));
            } catch (Refusal refusal) {
                refused.add(new Refused(name, refusal.getMessage()));
            }
        }
        throw new TransportException("no transport is available: " + refused);
    }

    /// Opens the transport of this name.
    public static Driver open(String name) throws Refusal {
        try {
            return switch (name) {
                case "io_uring" -> {
                    requireNative();
                    yield openUring();
                }
                case "epoll" -> {
                    requireNative();
                    yield new EpollDriver();
                }
                case "nio" -> new NioDriver();
                default -> throw new IllegalArgumentException(name);
            };
        } catch (OsException refused) {
            throw new Refusal(refused.getMessage(), refused);
        }
    }

    private static Driver openUring() throws Refusal {
        try {
            return new UringDriver();
        } catch (OsException refused) {
            throw new Refusal(KernelReport.explainIoUringRefusal(refused.errno()), refused);
        }
    }

    private static void requireNative() throws Refusal {
        if (!"Linux".equals(System.getProperty("os.name"))) {
            throw new Refusal("only Linux has it, this is " + System.getProperty("os.name"), null);
        }
        if (!Memory.isWhole()) {
            throw new Refusal("native access is denied: run java with " + Memory.nativeAccessFlag(), null);
        }
    }

    /// Why a transport is not to be had.
    public static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        Refusal(String reason, Throwable cause) {
            super(reason, cause);
        }
    }
}
