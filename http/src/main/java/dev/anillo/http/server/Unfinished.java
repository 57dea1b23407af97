package dev.anillo.http.server;

import dev.anillo.loop.buffer.Buffer;

/// The beginning of a head, or of a trailer section, whose end has not arrived: these must lie in one piece to be parsed.
/// Holds a buffer only while there is such a beginning.
final class Unfinished {
    /// Room for more than the limits of a head and of a trailer section.
    private static final int BYTES = 16 * 1024;

    private Buffer buffer;

    /// Copies behind the beginning as much of the data as fits. It is not taken off the data yet: what is behind the head
    /// is read there.
    ///
    /// @return bytes of the beginning before
    int add(Buffer data) {
        if (buffer == null) return 0;
        var before = buffer.readable();
        buffer.append(data.readAddress(), Math.min(buffer.room(), data.readable()));
        return before;
    }

    /// Where to parse: the beginning with what was added, or the data where there is none.
    Buffer or(Buffer data) {
        return buffer == null ? data : buffer;
    }

    /// What [#or] gave is not all yet: takes it off the data.
    ///
    /// @param before what [#add] returned
    void keep(Buffer data, int before, Connection connection) {
        if (buffer == null) {
            buffer = connection.takeBuffer(BYTES);
            buffer.append(data.readAddress(), Math.min(buffer.room(), data.readable()));
        }
        data.skip(buffer.readable() - before);
    }

    boolean isFull() {
        return buffer != null && buffer.room() == 0;
    }

    /// The buffer, which is the caller's now; null without a beginning.
    Buffer take() {
        var taken = buffer;
        buffer = null;
        return taken;
    }

    void drop() {
        if (buffer != null) buffer.release();
        buffer = null;
    }
}
