package dev.anillo.loop.driver;

/// Bytes in several places that are to be sent as if they stood behind each other. One list serves all sockets of a loop:
/// it is filled, handed to [Driver#send(int, SendParts, boolean, long)], which has read it when it returns, and cleared.
///
/// Threads: the loop's.
public final class SendParts {
    /// A head and the pieces of a body that usually wait together; each costs 16 bytes in every submission entry's row.
    public static final int COUNT_MAX = 8;

    /// What one socket gets before the others have their turn.
    public static final int BYTES_MAX = 256 * 1024;

    private final long[] addresses = new long[COUNT_MAX];
    private final int[] lengths = new int[COUNT_MAX];
    private int count;
    private int bytes;

    /// Empty.
    public SendParts() {}

    public SendParts clear() {
        count = bytes = 0;
        return this;
    }

    /// @return false when the list is full, and the part is not in it
    public boolean add(long address, int length) {
        if (count == COUNT_MAX || bytes >= BYTES_MAX) return false;
        addresses[count] = address;
        lengths[count++] = length;
        bytes += length;
        return true;
    }

    public int count() {
        return count;
    }

    /// Bytes of all parts.
    public int bytes() {
        return bytes;
    }

    public long address(int part) {
        return addresses[part];
    }

    public int length(int part) {
        return lengths[part];
    }
}
