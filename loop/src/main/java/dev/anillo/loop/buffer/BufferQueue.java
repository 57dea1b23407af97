package dev.anillo.loop.buffer;

/// Buffers in a row, linked through themselves, so that queueing allocates nothing. A buffer stands in one queue at the
/// most, and the queue owns it meanwhile.
///
/// Threads: the loop's thread.
public final class BufferQueue {
    private Buffer first;
    private Buffer last;

    /// Empty.
    public BufferQueue() {}

    public boolean isEmpty() {
        return first == null;
    }

    /// Null when empty.
    public Buffer first() {
        return first;
    }

    /// Null when empty.
    public Buffer last() {
        return last;
    }

    public void add(Buffer buffer) {
        buffer.entered(this);
        if (first == null) first = buffer;
        else last.next = buffer;
        last = buffer;
    }

    /// Takes the first one off, the caller's from now on; null when empty.
    public Buffer poll() {
        var buffer = first;
        if (buffer == null) return null;
        first = buffer.next;
        if (first == null) last = null;
        buffer.next = null;
        buffer.left();
        return buffer;
    }

    /// Gives all of them back.
    public void release() {
        for (var buffer = poll(); buffer != null; buffer = poll()) buffer.release();
    }
}
