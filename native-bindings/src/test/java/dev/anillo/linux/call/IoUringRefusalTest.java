package dev.anillo.linux.call;

import static dev.anillo.linux.Linux.EACCES;
import static dev.anillo.linux.Linux.EMFILE;
import static dev.anillo.linux.Linux.ENOMEM;
import static dev.anillo.linux.Linux.ENOSYS;
import static dev.anillo.linux.Linux.EPERM;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which layer is blamed for which errno, given what a /proc made up for the test says.
class IoUringRefusalTest {
    private static final String ADMINISTRATOR = "CapEff:\t000001ffffffffff\n";
    private static final String USER = "Gid:\t1000\t1000\t1000\t1000\nGroups:\t4 27\nCapEff:\t0000000000000000\n";
    private static final String FILTERED = "Seccomp:\t2\n";
    private static final String UNFILTERED = "Seccomp:\t0\n";

    @TempDir
    Path proc;

    @Test
    void theSettingOfTwoIsForEverybody() throws IOException {
        given("2", ADMINISTRATOR + FILTERED);
        assertBlames(EPERM(), "by the sysctl kernel.io_uring_disabled, which is 2 (for nobody)");
    }

    @Test
    void theSettingOfOneIsForUsersOutsideItsGroup() throws IOException {
        given("1", USER + FILTERED);
        write("sys/kernel/io_uring_group", "7\n");
        assertBlames(EPERM(), "which is 1 (for CAP_SYS_ADMIN and the group kernel.io_uring_group, now 7): join it, or");
    }

    @Test
    void theSettingOfOneSparesItsGroupAndTheAdministrator() throws IOException {
        given("1", USER + FILTERED);
        write("sys/kernel/io_uring_group", "27\n");
        assertBlames(EPERM(), "by a seccomp filter");
        given("1", ADMINISTRATOR + FILTERED);
        assertBlames(EPERM(), "by a seccomp filter");
    }

    /// CAP_SYS_ADMIN of a user namespace is none in the eyes of the setting.
    @Test
    void theSettingOfOneIsBlamedWhenNothingElseCanBe() throws IOException {
        given("1", ADMINISTRATOR + UNFILTERED);
        assertBlames(EPERM(), "by the sysctl kernel.io_uring_disabled, which is 1");
    }

    @Test
    void notPermittedByNeitherSettingNorFilterIsASecurityModule() throws IOException {
        given("0", USER + UNFILTERED);
        assertBlames(EPERM(), "by a security module or a sandbox");
        assertBlames(EACCES(), "by a security module (SELinux, AppArmor)");
    }

    @Test
    void noSuchCallOnAKernelThatHasTheSettingIsAFilter() throws IOException {
        given("0", USER + FILTERED);
        assertBlames(ENOSYS(), "by a seccomp filter: allow io_uring_setup");
    }

    @Test
    void noSuchCallWithoutAFilterIsTheKernel() throws IOException {
        write("self/status", USER + UNFILTERED);
        assertBlames(ENOSYS(), "(errno 38): by the kernel, which is older than io_uring, built without it");
    }

    @Test
    void noSuchCallUnderAFilterOnAnOldKernelMayBeEither() throws IOException {
        write("self/status", USER + FILTERED);
        assertBlames(ENOSYS(), "by a seccomp filter", ", or by the kernel");
    }

    @Test
    void limitsAreToldWithTheirValues() throws IOException {
        write("self/limits", """
                Limit                     Soft Limit           Hard Limit           Units
                Max open files            1024                 524288               files
                Max locked memory         65536                65536                bytes
                """);
        assertBlames(ENOMEM(), "(ulimit -l, now 65536 bytes)");
        assertBlames(EMFILE(), "(ulimit -n, now 1024 files)");
    }

    @Test
    void nothingIsAssumedWhereProcIsMissing() {
        assertBlames(EPERM(), "by a security module or a sandbox");
        assertBlames(ENOMEM(), "(ulimit -l, now unknown)");
        assertBlames(9999, "unknown error (errno 9999): by the kernel");
    }

    private void given(String setting, String status) throws IOException {
        write("sys/kernel/io_uring_disabled", setting + "\n");
        write("self/status", status);
    }

    private void write(String file, String text) throws IOException {
        var path = proc.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void assertBlames(int errno, String... words) {
        var explanation = new IoUringRefusal(proc).explain(errno);
        for (var expected : words) assertTrue(explanation.contains(expected), explanation);
    }
}
