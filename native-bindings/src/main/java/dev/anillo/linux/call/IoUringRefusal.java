package dev.anillo.linux.call;

import static dev.anillo.linux.Linux.*;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Who said no to io_uring, and what to do about it. The errno alone doesn't tell: EPERM and ENOSYS have several
/// authors. What /proc says of this process and this kernel tells most of them apart.
final class IoUringRefusal {
    private static final String SETTING = "kernel.io_uring_disabled";

    /// The bit in CapEff that frees a process from a setting of 1.
    private static final int CAP_SYS_ADMIN = 21;

    private static final String SECCOMP_MENDING = ": allow io_uring_setup, io_uring_enter and io_uring_register in its"
            + " profile (Docker's and containerd's default profiles refuse them: --security-opt seccomp=PROFILE.json)";

    private final Path proc;

    /// @param proc /proc, or what a test puts in its place
    IoUringRefusal(Path proc) {
        this.proc = proc;
    }

    /// @param errno positive
    String explain(int errno) {
        return "io_uring is refused with " + Errno.describe(errno) + ": " + reason(errno);
    }

    private String reason(int errno) {
        if (errno == EPERM()) return notPermitted();
        if (errno == ENOSYS()) return noSuchCall();
        if (errno == EACCES()) {
            return "by a security module (SELinux, AppArmor): its log names the rule, which must allow io_uring";
        }
        if (errno == ENOMEM()) {
            return "by a limit on memory: raise the limit of locked memory, to which a user's rings are charged"
                    + " (ulimit -l, now " + limit("Max locked memory") + "), or the container's memory limit";
        }
        if (errno == EMFILE()) {
            return "by the limit of descriptors per process: raise it (ulimit -n, now " + limit("Max open files") + ")";
        }
        if (errno == ENFILE()) {
            return "by the system's limit of open files: raise it (sysctl -w fs.file-max=…, now "
                    + read("sys/fs/file-max") + ")";
        }
        if (errno == EINVAL()) return "by the kernel, which doesn't know all that was asked for: a newer kernel does";
        return "by the kernel, for a reason that io_uring_setup(2) doesn't name";
    }

    private String notPermitted() {
        var setting = read("sys/kernel/io_uring_disabled");
        if (setting.equals("2")) {
            return "by the sysctl " + SETTING + ", which is 2 (for nobody): sysctl -w " + SETTING + "=0";
        }
        if (setting.equals("1") && !(isExemptFromSetting() && isFiltered())) {
            return "by the sysctl " + SETTING + ", which is 1 (for CAP_SYS_ADMIN and the group kernel.io_uring_group,"
                    + " now " + read("sys/kernel/io_uring_group") + "): join it, or sysctl -w " + SETTING + "=0";
        }
        if (isFiltered()) return "by a seccomp filter" + SECCOMP_MENDING;
        return "by a security module or a sandbox, as neither the sysctl " + SETTING
                + " nor a seccomp filter stands in the way: its policy must allow io_uring";
    }

    private String noSuchCall() {
        // A kernel that has the setting has io_uring.
        if (isFiltered() && !read("sys/kernel/io_uring_disabled").isEmpty()) {
            return "by a seccomp filter" + SECCOMP_MENDING;
        }
        var kernel = "by the kernel, which is older than io_uring, built without it (CONFIG_IO_URING) or imitated by a"
                + " sandbox such as gVisor: run on another";
        return isFiltered() ? "by a seccomp filter" + SECCOMP_MENDING + ", or " + kernel : kernel;
    }

    private boolean isFiltered() {
        return status("Seccomp").equals(List.of("2"));
    }

    private boolean isExemptFromSetting() {
        var isAdministrator = status("CapEff").stream()
                .anyMatch(set -> (Long.parseUnsignedLong(set, 16) >> CAP_SYS_ADMIN & 1) == 1);
        var group = read("sys/kernel/io_uring_group");
        return isAdministrator || Stream.of("Gid", "Groups").anyMatch(name -> status(name).contains(group));
    }

    /// The words behind a name in /proc/self/status.
    private List<String> status(String name) {
        return read("self/status").lines()
                .filter(line -> line.startsWith(name + ":"))
                .flatMap(line -> Arrays.stream(line.substring(name.length() + 1).strip().split("\\s+")))
                .toList();
    }

    /// The soft limit, with its unit.
    private String limit(String name) {
        return read("self/limits").lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split("\\s+"))
                .map(words -> words[0] + " " + words[words.length - 1])
                .findFirst().orElse("unknown");
    }

    /// Empty where the kernel has no such file or keeps it from us.
    private String read(String file) {
        var path = proc.resolve(file);
        if (!Files.isReadable(path)) return "";
        // Not Files.readString: it asks for one byte first, and a sysctl's number has no more for a second read.
        try (var reader = Files.newBufferedReader(path)) {
            return reader.readAllAsString().strip();
        } catch (IOException e) {
            throw new UncheckedIOException("read " + path, e);
        }
    }
}
