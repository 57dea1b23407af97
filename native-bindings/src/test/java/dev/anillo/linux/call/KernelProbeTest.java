package dev.anillo.linux.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anillo.linux.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// The probe on this kernel, and in processes from which io_uring is taken away.
class KernelProbeTest {
    private static final Path SETTING = Path.of("/proc/sys/kernel/io_uring_disabled");

    @TempDir
    Path directory;

    @Test
    void findsEveryFeatureThatALaterOneRestsOn() {
        var report = KernelProbe.probe();
        assertFalse(report.kernelRelease().isEmpty());
        assumeTrue(report.ioUringRefusal().isEmpty(), () -> report.ioUringRefusal().toString());
        assertTrue(report.has("IORING_OP_NOP"));
        var names = report.features().stream().map(KernelProbe.Feature::name).toList();
        assertEquals(names.stream().distinct().toList(), names);
        if (report.has("IORING_SETUP_DEFER_TASKRUN")) assertTrue(report.has("IORING_SETUP_SINGLE_ISSUER"));
        if (report.has("IORING_RECV_MULTISHOT")) assertTrue(report.has("IORING_ACCEPT_MULTISHOT"));
    }

    @Test
    void leavesNoDescriptorBehind() throws IOException {
        KernelProbe.probe();
        var before = openDescriptors();
        KernelProbe.probe();
        assertEquals(before, openDescriptors());
    }

    @Test
    void aFilterThatSaysNotPermittedIsNamed() throws Exception {
        assertRefusalNames("by a seccomp filter: allow io_uring_setup", underFilter(Linux.EPERM()));
    }

    @Test
    void aFilterThatSaysNoSuchCallIsNamed() throws Exception {
        assertRefusalNames("by a seccomp filter", underFilter(Linux.ENOSYS()));
    }

    @Test
    void aSysctlOfManyDigitsIsReadWhole() throws Exception {
        var fileMax = C.run(List.of("cat", "/proc/sys/fs/file-max")).output().strip();
        var explanation = KernelProbe.explainIoUringRefusal(Linux.ENFILE());
        assertTrue(explanation.contains("now " + fileMax + ")"), explanation);
    }

    @Test
    void deniedNativeAccessIsNamedWithTheFlagThatGrantsIt() throws Exception {
        var outcome = C.run(ProbeProgram.command("--illegal-native-access=deny"));
        assertRefusalNames("start it with --enable-native-access=ALL-UNNAMED", outcome);
    }

    @Test
    @EnabledIfSystemProperty(named = "anillo.test.sysctl", matches = "true",
            disabledReason = "takes io_uring away from the whole machine for a moment; needs root")
    void theSettingThatTurnsIoUringOffIsNamed() throws Exception {
        C.needs("setpriv", "util-linux");
        assumeTrue(Files.isWritable(SETTING), () -> SETTING + " is not writable: run as root");
        var asNobody = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        asNobody.addAll(ProbeProgram.command("--enable-native-access=ALL-UNNAMED"));
        var before = Files.readString(SETTING);
        try {
            Files.writeString(SETTING, "1");
            assertRefusalNames("by the sysctl kernel.io_uring_disabled, which is 1", C.run(asNobody));
            Files.writeString(SETTING, "2");
            var refusal = KernelProbe.probe().ioUringRefusal().orElseThrow();
            assertEquals(Linux.EPERM(), refusal.errno());
            assertTrue(refusal.explanation().contains("which is 2 (for nobody)"), refusal.explanation());
        } finally {
            Files.writeString(SETTING, before);
        }
    }

    private C.Outcome underFilter(int errno) throws IOException, InterruptedException {
        C.needs("gcc", "gcc");
        var source = Path.of("src/test/resources/dev/anillo/linux/call/refuse_io_uring.c");
        var launcher = directory.resolve("refuse_io_uring");
        var compiled = C.compile("gcc", source, launcher, List.of("-Wall"));
        assertEquals(new C.Outcome(0, ""), compiled);
        var command = new ArrayList<>(List.of(launcher.toString(), Integer.toString(errno)));
        command.addAll(ProbeProgram.command("--enable-native-access=ALL-UNNAMED"));
        return C.run(command);
    }

    private static void assertRefusalNames(String words, C.Outcome outcome) {
        assertEquals(0, outcome.exitCode(), outcome.output());
        assertTrue(outcome.output().contains(words), outcome.output());
    }

    private static List<Path> openDescriptors() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.sorted().toList();
        }
    }
}
