package dev.anillo.linux.call;

/// struct epoll_event: the only struct here that differs between architectures.
///
///     x86_64:     | events u32 | data u64 |                  packed, so that 32-bit programs see the same
///     all others: | events u32 | 4 unused bytes | data u64 |
///
/// `data` is unaligned on x86_64. The numbers are written out because the generated `epoll_event` knows x86_64's alone.
public final class EpollEvent {
    private static final Shape HERE = Shape.on(System.getProperty("os.arch"));

    /// Bytes from one event to the next.
    public static final long SIZE = HERE.size;
    /// Offset of `events`, an int.
    public static final long EVENTS = HERE.events;
    /// Offset of `data`, a long.
    public static final long DATA = HERE.data;

    private EpollEvent() {}

    record Shape(long size, long events, long data) {
        /// @param architecture in the words of the system property `os.arch`
        static Shape on(String architecture) {
            return architecture.equals("amd64") ? new Shape(12, 0, 4) : new Shape(16, 0, 8);
        }
    }
}
