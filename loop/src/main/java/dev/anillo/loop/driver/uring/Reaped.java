package dev.anillo.loop.driver.uring;

/// Completions taken off the ring and not yet handled: copied, so that their places are the kernel's again before any
/// callback runs.
///
///     io_uring_cqe: | user_data u64 | res s32 | flags u32 |
final class Reaped {
    /// Completions per turn. Bounds how long timers and other work wait for the network.
    static final int MAX = 256;

    final long[] userData = new long[MAX];
    final int[] results = new int[MAX];
    final int[] flags = new int[MAX];
    int count;
    int next;

    boolean hasNext() {
        return next < count;
    }
}
