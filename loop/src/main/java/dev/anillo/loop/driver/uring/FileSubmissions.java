package dev.anillo.loop.driver.uring;

import dev.anillo.linux.Linux;
import dev.anillo.linux.io_uring_sqe;
import dev.anillo.loop.driver.posix.PosixFiles;
import dev.anillo.loop.memory.Memory;

/// Fills the submission entries of files: one method for each operation, named after it. Paths end with NUL and are relative
/// to the working directory. See io_uring_enter(2), and the system call of the same name.
final class FileSubmissions {
    private static final long OFFSET = io_uring_sqe.off$offset();
    private static final long ADDRESS = io_uring_sqe.addr$offset();
    private static final long SECOND_ADDRESS = io_uring_sqe.addr2$offset();
    private static final long LENGTH = io_uring_sqe.len$offset();
    private static final long OPERATION_FLAGS = io_uring_sqe.rw_flags$offset();

    private final Submissions submissions;

    FileSubmissions(Submissions submissions) {
        this.submissions = submissions;
    }

    void open(long path, int flags, long userData) {
        var at = submissions.entry(Linux.IORING_OP_OPENAT(), Linux.AT_FDCWD(), userData);
        Memory.putLong(at + ADDRESS, path);
        Memory.putInt(at + LENGTH, PosixFiles.FILE_MODE);
        Memory.putInt(at + OPERATION_FLAGS, flags);
    }

    void read(int file, long offset, long address, int length, long userData) {
        transfer(Linux.IORING_OP_READ(), file, offset, address, length, userData);
    }

    void write(int file, long offset, long address, int length, long userData) {
        transfer(Linux.IORING_OP_WRITE(), file, offset, address, length, userData);
    }

    private void transfer(int opcode, int file, long offset, long address, int length, long userData) {
        var at = submissions.entry(opcode, file, userData);
        Memory.putLong(at + OFFSET, offset);
        Memory.putLong(at + ADDRESS, address);
        Memory.putInt(at + LENGTH, length);
    }

    void close(int file, long userData) {
        submissions.close(file, userData);
    }

    void sync(int file, boolean dataOnly, long userData) {
        var at = submissions.entry(Linux.IORING_OP_FSYNC(), file, userData);
        if (dataOnly) Memory.putInt(at + OPERATION_FLAGS, Linux.IORING_FSYNC_DATASYNC());
    }

    void truncate(int file, long length, long userData) {
        var at = submissions.entry(Linux.IORING_OP_FTRUNCATE(), file, userData);
        Memory.putLong(at + OFFSET, length);
    }

    /// @param file AT_FDCWD, or what an empty path and AT_EMPTY_PATH mean
    /// @param status a statx
    void status(int file, long path, int flags, long status, long userData) {
        var at = submissions.entry(Linux.IORING_OP_STATX(), file, userData);
        Memory.putLong(at + ADDRESS, path);
        Memory.putInt(at + LENGTH, PosixFiles.STATUS_MASK);
        Memory.putLong(at + SECOND_ADDRESS, status);
        Memory.putInt(at + OPERATION_FLAGS, flags);
    }

    void rename(long from, long to, long userData) {
        var at = submissions.entry(Linux.IORING_OP_RENAMEAT(), Linux.AT_FDCWD(), userData);
        Memory.putLong(at + ADDRESS, from);
        Memory.putInt(at + LENGTH, Linux.AT_FDCWD());
        Memory.putLong(at + SECOND_ADDRESS, to);
    }

    void unlink(long path, boolean directory, long userData) {
        var at = submissions.entry(Linux.IORING_OP_UNLINKAT(), Linux.AT_FDCWD(), userData);
        Memory.putLong(at + ADDRESS, path);
        if (directory) Memory.putInt(at + OPERATION_FLAGS, Linux.AT_REMOVEDIR());
    }

    void makeDirectory(long path, long userData) {
        var at = submissions.entry(Linux.IORING_OP_MKDIRAT(), Linux.AT_FDCWD(), userData);
        Memory.putLong(at + ADDRESS, path);
        Memory.putInt(at + LENGTH, UringFiles.DIRECTORY_MODE);
    }
}
