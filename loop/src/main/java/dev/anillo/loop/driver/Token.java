package dev.anillo.loop.driver;

/// What travels with an operation to the kernel and comes back with its completion.
///
///     | generation 32 | slot 24 | operation 8 |
///
/// The generation tells a completion of today from one of the slot's former tenant.
public final class Token {
    public static final int ACCEPT = 1;
    public static final int CONNECT = 2;
    public static final int RECEIVE = 3;
    public static final int SEND = 4;
    public static final int SHUTDOWN = 5;
    public static final int CLOSE = 6;
    public static final int SEND_FILE = 7;
    public static final int SEND_DESCRIPTORS = 24;
    /// In a driver's own books: it completes as [#RECEIVE].
    public static final int RECEIVE_DESCRIPTORS = 25;
    public static final int EXIT = 26;
    /// In a driver's own books: they complete as [#RECEIVE] and [#SEND].
    public static final int RECEIVE_DATAGRAMS = 27;
    public static final int SEND_DATAGRAMS = 28;
    /// Any of [FileOperations].
    public static final int FILE = 32;

    /// Operations from here on are a driver's own (wake-ups, cancels); they never reach [Completions].
    public static final int DRIVER_PRIVATE = 0x80;

    /// Handles a loop can hold at once: what 24 bits can count.
    public static final int SLOTS_MAX = 1 << 24;

    private Token() {}

    public static long of(int slot, int generation, int operation) {
        return (long) generation << 32 | (long) slot << 8 | operation;
    }

    public static int operation(long token) {
        return (int) token & 0xFF;
    }

    public static int slot(long token) {
        return (int) token >>> 8;
    }

    public static int generation(long token) {
        return (int) (token >> 32);
    }

    /// The same slot and generation, another operation.
    public static long with(long token, int operation) {
        return token & ~0xFFL | operation;
    }
}
