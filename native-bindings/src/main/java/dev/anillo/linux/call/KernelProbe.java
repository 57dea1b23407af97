package dev.anillo.linux.call;

import static dev.anillo.linux.Linux.ENOSYS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.anillo.linux.io_uring_params;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What this kernel lets this process do, found by doing it: distributions carry features back and containers take them
/// away, so that a version tells neither. For choosing a transport, and for `anillo doctor`.
public final class KernelProbe {
    private static final Path PROC = Path.of("/proc");

    private static final int RING_ENTRIES = 2;

    private KernelProbe() {}

    /// @param name the kernel's own name of it
    /// @param detail how that was found out
    public record Feature(String name, boolean present, String detail) {}

    /// Why there is no io_uring.
    ///
    /// @param errno positive
    /// @param explanation a sentence that names who refused and how to mend it
    public record Refusal(int errno, String explanation) {}

    /// @param kernelRelease for people to read; nothing is concluded from it. Empty where there is no Linux.
    /// @param machine the architecture, in the words of `os.arch`
    /// @param ioUringRefusal empty where a ring was made and carried a request
    /// @param features empty where io_uring is refused
    public record Report(
            String kernelRelease, String machine, Optional<Refusal> ioUringRefusal, List<Feature> features) {
        /// False too for a name that was never asked about.
        public boolean has(String feature) {
            return features.stream().anyMatch(found -> found.present() && found.name().equals(feature));
        }
    }

    /// Makes a dozen short-lived rings: a matter of milliseconds.
    public static Report probe() {
        var machine = System.getProperty("os.arch");
        var system = System.getProperty("os.name");
        if (!system.equals("Linux")) {
            return refused("", machine, new Refusal(ENOSYS(), "io_uring is a part of Linux, and this is " + system));
        }
        var release = kernelRelease();
        if (!nativeAccessIsGranted()) return refused(release, machine, nativeAccessRefusal());
        try (var arena = Arena.ofConfined()) {
            return probe(release, machine, new Syscalls(), arena);
        }
    }

    private static Report probe(String release, String machine, Syscalls syscalls, Arena arena) {
        var params = arena.allocate(io_uring_params.sizeof(), Long.BYTES);
        var fd = syscalls.ioUringSetup(RING_ENTRIES, params.address());
        if (fd < 0) return refused(release, machine, refusal(-fd));
        try (var ring = new ProbeRing(syscalls, fd, params)) {
            var answer = ring.ask(_ -> {}); // all zeros are a NOP
            if (answer < 0) return refused(release, machine, refusal(-answer));
            var featureBits = params.get(JAVA_INT, io_uring_params.features$offset());
            var features = new IoUringFeatures(syscalls, ring, arena).find(featureBits);
            return new Report(release, machine, Optional.empty(), features);
        }
    }

    private static Report refused(String release, String machine, Refusal refusal) {
        return new Report(release, machine, Optional.of(refusal), List.of());
    }

    private static Refusal refusal(int errno) {
        return new Refusal(errno, explainIoUringRefusal(errno));
    }

    /// One sentence that names who refused io_uring_setup, io_uring_enter or io_uring_register, and how to mend it.
    ///
    /// @param errno positive
    public static String explainIoUringRefusal(int errno) {
        return new IoUringRefusal(PROC).explain(errno);
    }

    /// Tried rather than asked: without the flag most versions of Java warn and grant it all the same.
    private static boolean nativeAccessIsGranted() {
        try {
            return MemorySegment.NULL.reinterpret(0).byteSize() == 0;
        } catch (IllegalCallerException denied) {
            return false; // the documented answer to --illegal-native-access=deny
        }
    }

    private static Refusal nativeAccessRefusal() {
        var module = KernelProbe.class.getModule();
        return new Refusal(ENOSYS(), "io_uring, as every system call, is refused by Java, which denies native access:"
                + " start it with --enable-native-access=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED"));
    }

    private static String kernelRelease() {
        var file = PROC.resolve("sys/kernel/osrelease");
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("read " + file, e);
        }
    }
}
