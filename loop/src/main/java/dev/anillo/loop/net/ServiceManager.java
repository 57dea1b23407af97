package dev.anillo.loop.net;

import dev.anillo.loop.EventLoop;
import dev.anillo.loop.OsException;
import dev.anillo.loop.driver.Errno;
import dev.anillo.loop.driver.LoopInternals;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What a service manager such as systemd and its service tell each other: the sockets that it has opened
/// (sd_listen_fds(3)), and how the service fares (sd_notify(3)). The protocols are a few environment variables and a unix
/// socket, so that neither library nor systemd is needed; other managers speak them too.
///
///     for (var passed : ServiceManager.sockets()) server.listen(passed.handle(), ServiceManager::ready);
///
/// Both need native access: on the nio transport a manager that has something to pass or wants to hear is told
/// `EOPNOTSUPP`. Without a manager there are no sockets, and nothing is said.
///
/// Threads: a loop's.
public final class ServiceManager {
    /// Sockets that are taken over, at the most; systemd itself stops at a few. A mistyped number ends here.
    public static final int SOCKETS_MAX = 1024;

    /// SD_LISTEN_FDS_START.
    private static final int FIRST_DESCRIPTOR = 3;

    /// How often in the time that the manager waits for a sign of life one is given (sd_watchdog_enabled(3)).
    private static final int SIGNS_PER_WAIT = 2;

    private static final Map<String, String> ENVIRONMENT = System.getenv();
    private static boolean socketsTaken;
    private static boolean tellsStop;

    private ServiceManager() {}

    /// @param name of `FileDescriptorName=` in the socket's unit, or `unknown`
    /// @param handle the receiver's: to listen with, or to close
    public record PassedSocket(String name, SocketHandle handle) {}

    /// The sockets that this process was given (LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES), in the order of the manager. The
    /// first call takes them all; after it there are none.
    ///
    /// @throws OsException naming `sd_listen_fds` for a number that is none, `inherit` when one of them can't be taken over
    public static synchronized List<PassedSocket> sockets() throws OsException {
        var internals = LoopInternals.of(EventLoop.current());
        internals.checkThread();
        if (socketsTaken || !isOwn("LISTEN_PID")) return List.of();
        var count = number("sd_listen_fds", "LISTEN_FDS", SOCKETS_MAX);
        var names = ENVIRONMENT.getOrDefault("LISTEN_FDNAMES", "").split(":");
        socketsTaken = true;
        var sockets = new ArrayList<PassedSocket>();
        try {
            for (var i = 0; i < count; i++) {
                var handle = new SocketHandle(internals, internals.driver().inherit(FIRST_DESCRIPTOR + i));
                sockets.add(new PassedSocket(i < names.length && !names[i].isEmpty() ? names[i] : "unknown", handle));
            }
        } catch (OsException refused) {
            sockets.forEach(socket -> socket.handle().close());
            throw refused;
        }
        return List.copyOf(sockets);
    }

    /// A variable that names the process it is meant for: a child inherits those of its parent.
    private static boolean isOwn(String variable) {
        return Long.toString(ProcessHandle.current().pid()).equals(ENVIRONMENT.get(variable));
    }

    private static long number(String operation, String variable, long max) throws OsException {
        var text = ENVIRONMENT.getOrDefault(variable, "0");
        try {
            var number = Long.parseLong(text);
            if (number >= 0 && number <= max) return number;
        } catch (NumberFormatException _) {
            // told below, with what is out of range
        }
        throw new OsException(operation, variable + "=" + text + " (a number from 0 to " + max + ")", Errno.EINVAL);
    }

    /// The service is up (`READY=1`); that it stops (`STOPPING=1`) is told by itself when the process is asked to end
    /// ([EventLoop#onStop]). Where the manager wants signs of life (WATCHDOG_USEC) the loop gives them from now on: one that
    /// hangs gives none, and is restarted.
    ///
    /// @throws UncheckedIOException an [OsException] naming `sendto`, when the manager's socket refuses; `sd_watchdog_enabled`
    ///     for a time that is none
    public static synchronized void ready() {
        try {
            if (!tell("READY=1") || tellsStop) return;
            tellsStop = true;
            EventLoop.current().onStop(stopped -> {
                tellOrLog("STOPPING=1");
                stopped.run();
            });
            giveSignsOfLife();
        } catch (OsException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /// What `systemctl status` shows beside the service.
    ///
    /// @param text one line
    /// @throws OsException naming `sendto`, when the manager's socket refuses
    public static void status(String text) throws OsException {
        if (text.indexOf('\n') >= 0) throw new IllegalArgumentException("a status is one line");
        tell("STATUS=" + text);
    }

    private static void giveSignsOfLife() throws OsException {
        if (ENVIRONMENT.containsKey("WATCHDOG_PID") && !isOwn("WATCHDOG_PID")) return;
        var micros = number("sd_watchdog_enabled", "WATCHDOG_USEC", TimeUnit.DAYS.toMicros(365));
        if (micros == 0) return;
        var periodMillis = TimeUnit.MICROSECONDS.toMillis(micros / SIGNS_PER_WAIT);
        EventLoop.current().setInterval(() -> tellOrLog("WATCHDOG=1"), periodMillis).unref();
    }

    /// A manager that does not hear once is no reason to end.
    private static void tellOrLog(String message) {
        try {
            tell(message);
        } catch (OsException refused) {
            System.getLogger("dev.anillo.loop").log(System.Logger.Level.WARNING, message + " was not told: " + refused.getMessage());
        }
    }

    /// @return whether there is a manager that wants to hear
    private static boolean tell(String message) throws OsException {
        var socket = ENVIRONMENT.get("NOTIFY_SOCKET");
        if (socket == null || socket.isEmpty()) return false;
        var internals = LoopInternals.of(EventLoop.current());
        internals.checkThread();
        var path = socket.startsWith("@") ? "\0" + socket.substring(1) : socket;
        internals.driver().tell(UnixAddress.of("sendto", path), message.getBytes(StandardCharsets.UTF_8));
        return true;
    }
}
