package dev.anillo.linux.call;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.anillo.linux.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;

/// One start of a process by posix_spawn(3): what the child finds in its descriptors, and the start itself. The results
/// are those of [Syscalls]. To be closed by its caller, started or not.
///
/// The child starts with every signal at its default and none blocked, whatever this virtual machine has done to them.
/// Linked when the first child is started, since most programs never start one.
public final class PosixSpawn implements AutoCloseable {
    private static final MemorySegment SPAWN = require("posix_spawnp");
    private static final MemorySegment ACTIONS_INIT = require("posix_spawn_file_actions_init");
    private static final MemorySegment ACTIONS_DESTROY = require("posix_spawn_file_actions_destroy");
    private static final MemorySegment ADD_DUP2 = require("posix_spawn_file_actions_adddup2");
    private static final MemorySegment ADD_OPEN = require("posix_spawn_file_actions_addopen");
    private static final MemorySegment ATTRIBUTES_INIT = require("posix_spawnattr_init");
    private static final MemorySegment ATTRIBUTES_DESTROY = require("posix_spawnattr_destroy");
    private static final MemorySegment SET_FLAGS = require("posix_spawnattr_setflags");
    private static final MemorySegment SET_SIGNALS_TO_DEFAULT = require("posix_spawnattr_setsigdefault");

    /// Null where libc has none. In glibc since 2.29 and 2.34, in musl the first since 1.1.24.
    private static final MemorySegment ADD_CHDIR = find("posix_spawn_file_actions_addchdir_np");
    private static final MemorySegment ADD_CLOSE_FROM = find("posix_spawn_file_actions_addclosefrom_np");

    /// Above the sizes of the opaque structs of spawn.h: 80 and 336 bytes in glibc and musl.
    private static final long STRUCT_BYTES = 512;

    /// sigset_t of libc, which has room for 1024 signals.
    private static final long SIGNAL_SET_BYTES = 128;

    private final Syscalls calls;
    private final Arena arena;
    private final long actions;
    private final long attributes;

    private int refusal;

    private static MemorySegment require(String name) {
        return Linker.nativeLinker().defaultLookup().findOrThrow(name);
    }

    private static MemorySegment find(String name) {
        return Linker.nativeLinker().defaultLookup().find(name).orElse(null);
    }

    /// @param arena lives as long as this
    public PosixSpawn(Syscalls calls, Arena arena) {
        this.calls = calls;
        this.arena = arena;
        actions = arena.allocate(STRUCT_BYTES, Long.BYTES).address();
        attributes = arena.allocate(STRUCT_BYTES, Long.BYTES).address();
        call(ACTIONS_INIT, actions, 0, 0);
        call(ATTRIBUTES_INIT, attributes, 0, 0);
        // The mask of blocked signals is empty as it comes from its init.
        call(SET_FLAGS, attributes, Linux.POSIX_SPAWN_SETSIGDEF() | Linux.POSIX_SPAWN_SETSIGMASK(), 0);
        var all = arena.allocate(SIGNAL_SET_BYTES, Long.BYTES).fill((byte) -1);
        call(SET_SIGNALS_TO_DEFAULT, attributes, all.address(), 0);
    }

    /// The first refusal is kept for [#start]: all of them mean that memory is short.
    private void call(MemorySegment function, long a, long b, long c) {
        call(function, a, b, c, 0, 0);
    }

    private void call(MemorySegment function, long a, long b, long c, long d, long e) {
        var result = calls.callOfSpawn(function, a, b, c, d, e, 0);
        if (refusal == 0) refusal = result;
    }

    /// Whether [#directory] can be had.
    public static boolean knowsDirectory() {
        return ADD_CHDIR != null;
    }

    /// Whether [#closeFrom] can be had.
    public static boolean knowsCloseFrom() {
        return ADD_CLOSE_FROM != null;
    }

    /// The child has `to` for what is `from` here.
    public void dup2(int from, int to) {
        call(ADD_DUP2, actions, from, to);
    }

    /// The child has `fd` open on the device.
    ///
    /// @param flags of open(2), none that creates a file
    public void open(int fd, String path, int flags) {
        call(ADD_OPEN, actions, fd, arena.allocateFrom(path).address(), flags, 0);
    }

    /// @param path ends with NUL
    public void directory(MemorySegment path) {
        call(ADD_CHDIR, actions, path.address(), 0);
    }

    /// The child has nothing open from this number on.
    public void closeFrom(int fd) {
        call(ADD_CLOSE_FROM, actions, fd, 0);
    }

    /// Returns when the program runs, or was refused; this thread waits for that.
    ///
    /// @param command each ends with NUL; the first is looked for in PATH unless it has a slash
    /// @param environment each `NAME=value` and NUL
    /// @return the process
    public int start(MemorySegment[] command, MemorySegment[] environment) {
        if (refusal != 0) return refusal;
        var pid = arena.allocate(JAVA_INT);
        var result = calls.callOfSpawn(SPAWN, pid.address(), command[0].address(), actions, attributes,
                vector(command), vector(environment));
        return result == 0 ? pid.get(JAVA_INT, 0) : result;
    }

    /// Addresses, and 0 behind the last.
    private long vector(MemorySegment[] texts) {
        var vector = arena.allocate(JAVA_LONG, texts.length + 1L);
        for (var i = 0; i < texts.length; i++) vector.setAtIndex(JAVA_LONG, i, texts[i].address());
        return vector.address();
    }

    @Override
    public void close() {
        calls.callOfSpawn(ACTIONS_DESTROY, actions, 0, 0, 0, 0, 0);
        calls.callOfSpawn(ATTRIBUTES_DESTROY, attributes, 0, 0, 0, 0, 0);
    }
}
