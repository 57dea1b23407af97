package dev.anillo.loop.buffer;

import dev.anillo.loop.memory.Memory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// A run of off-heap memory with one owner at a time.
///
///     | spent | readable: from … to | room: to … capacity |
///
/// Bytes are appended behind `to` and taken off in front, at `from`. A buffer handed to a data callback is lent: it
/// goes back when the callback returns, unless the callback calls [#keep] and so becomes the owner, who must
/// [#release] it (or pass it on, for instance to a socket's `write`).
///
/// Threads: a buffer belongs to its loop's thread.
///
/// With `-Danillo.checks=on` all of them are of the two subclasses, which find out who breaks these rules.
public sealed class Buffer permits BufferAtHome, CheckedBuffer {
    static final int AT_HOME = 0;
    static final int OWNED = 1;
    static final int LENT = 2;

    final BufferHome home;
    final int id;
    /// What it shows belongs to others as well: no byte is ever appended.
    final boolean readOnly;
    long address;
    int capacity;
    int from;
    int to;
    int state;

    /// Null for the last one, or in no queue.
    Buffer next;

    Buffer(BufferHome home, int id, long address, int capacity, boolean readOnly) {
        this.home = home;
        this.id = id;
        this.address = address;
        this.capacity = capacity;
        this.readOnly = readOnly;
    }

    /// For homes: a buffer that is at home.
    ///
    /// @param id the home's own number for it
    public static Buffer atHome(BufferHome home, int id, long address, int capacity) {
        return make(home, id, address, capacity, false);
    }

    /// For homes without memory of their own: a buffer that never has room, whatever is taken off it.
    public static Buffer view(BufferHome home, int id) {
        return make(home, id, 0, 0, true);
    }

    private static Buffer make(BufferHome home, int id, long address, int capacity, boolean readOnly) {
        if (Memory.CHECKED) return BufferAtHome.make(home, id, address, capacity, readOnly);
        return new Buffer(home, id, address, capacity, readOnly);
    }

    /// For homes: gives the buffer, empty, to a caller. The twin of [#release].
    ///
    /// @return the buffer that is out, until its release
    public Buffer leaveHome() {
        if (state != AT_HOME) throw new IllegalStateException("buffer handed out twice");
        state = OWNED;
        from = to = 0;
        return this;
    }

    /// As [#leaveHome()], with bytes that were received into it meanwhile.
    public Buffer leaveHome(int received) {
        leaveHome();
        to = received;
        return this;
    }

    /// For homes without memory of their own: gives the buffer as a window over what is there already.
    public Buffer leaveHome(long address, int bytes) {
        leaveHome();
        this.address = address;
        capacity = bytes;
        to = bytes;
        return this;
    }

    /// Gives the buffer back. Its memory must not be touched afterwards.
    ///
    /// @throws IllegalStateException when it was given back before
    public void release() {
        if (state == AT_HOME) throw new IllegalStateException("buffer released twice");
        state = AT_HOME;
        home.takeBack(this);
    }

    /// For sockets: marks the buffer as lent to a callback.
    public void lend() {
        if (state != OWNED) throw new IllegalStateException("only an owner lends a buffer");
        state = LENT;
    }

    /// For sockets: after the callback, gives the buffer back unless the callback has kept or released it.
    public void endLoan() {
        if (state == LENT) release();
    }

    /// Makes the callback that was lent this buffer its owner. Use the returned buffer from here on: where receive
    /// buffers run short it is a copy.
    public Buffer keep() {
        if (state == AT_HOME) throw new IllegalStateException("buffer kept after its release");
        state = OWNED;
        return home.keep(this);
    }

    /// For those who are given a buffer to have: one that was only lent to the giver is kept for them.
    public Buffer takeOver() {
        return state == LENT ? keep() : this;
    }

    /// It stands in a queue, which owns it. For [CheckedBuffer].
    void entered(BufferQueue queue) {}

    /// It stands in no queue any more.
    void left() {}

    /// The one behind it in its [BufferQueue]; null for the last one.
    public Buffer next() {
        return next;
    }

    /// The home's own number for this buffer.
    public int id() {
        return id;
    }

    public int capacity() {
        return capacity;
    }

    /// Bytes that can be read.
    public int readable() {
        return to - from;
    }

    /// Bytes that can still be appended.
    public int room() {
        return capacity - to;
    }

    public boolean isEmpty() {
        return from == to;
    }

    /// Where the readable bytes begin. Valid until the buffer is released.
    public long readAddress() {
        return address + from;
    }

    /// Where the next byte is appended; [#wrote] tells how many were.
    public long writeAddress() {
        return address + to;
    }

    /// The first byte of the memory behind the buffer.
    public long address() {
        return address;
    }

    /// Bytes were put at [#writeAddress].
    public Buffer wrote(int bytes) {
        if (bytes < 0 || bytes > room()) throw new IndexOutOfBoundsException(bytes + " bytes into room for " + room());
        to += bytes;
        return this;
    }

    /// Takes bytes off the front.
    public Buffer skip(int bytes) {
        if (bytes < 0 || bytes > readable()) throw new IndexOutOfBoundsException(bytes + " of " + readable() + " bytes");
        from += bytes;
        return this;
    }

    /// Cuts the readable bytes to the first `bytes`.
    public Buffer truncate(int bytes) {
        if (bytes < 0 || bytes > readable()) throw new IndexOutOfBoundsException(bytes + " of " + readable() + " bytes");
        to = from + bytes;
        if (readOnly) capacity = to;
        return this;
    }

    /// Forgets all bytes.
    public Buffer clear() {
        from = to = 0;
        if (readOnly) capacity = 0;
        return this;
    }

    /// The readable byte at `index`, from 0.
    public byte get(int index) {
        if (index < 0 || index >= readable()) throw new IndexOutOfBoundsException(index + " of " + readable() + " bytes");
        return Memory.getByte(address + from + index);
    }

    public Buffer append(byte value) {
        requireRoom(1);
        Memory.putByte(address + to++, value);
        return this;
    }

    public Buffer append(byte[] bytes) {
        return append(bytes, 0, bytes.length);
    }

    public Buffer append(byte[] bytes, int offset, int length) {
        requireRoom(length);
        Memory.copy(bytes, offset, address + to, length);
        to += length;
        return this;
    }

    /// Copies memory that does not overlap this buffer's room.
    public Buffer append(long source, int length) {
        requireRoom(length);
        Memory.copy(source, address + to, length);
        to += length;
        return this;
    }

    private void requireRoom(int bytes) {
        if (bytes > room()) throw new IndexOutOfBoundsException(bytes + " bytes into room for " + room());
    }

    /// A view of the readable bytes, valid until the buffer is released.
    public MemorySegment segment() {
        return Memory.segment(address + from, readable());
    }

    /// A view of the readable bytes for APIs that want a `ByteBuffer`, valid until the buffer is released.
    public ByteBuffer asByteBuffer() {
        return segment().asByteBuffer();
    }

    /// Copies the readable bytes.
    public byte[] toByteArray() {
        var bytes = new byte[readable()];
        copyTo(bytes, 0);
        return bytes;
    }

    /// Copies the readable bytes to `offset` and on.
    public void copyTo(byte[] bytes, int offset) {
        Memory.copy(address + from, bytes, offset, readable());
    }

    public String toString(Charset charset) {
        return new String(toByteArray(), charset);
    }

    /// The readable bytes as UTF-8.
    @Override
    public String toString() {
        return toString(StandardCharsets.UTF_8);
    }
}
