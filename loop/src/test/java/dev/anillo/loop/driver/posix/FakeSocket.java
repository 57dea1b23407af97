package dev.anillo.loop.driver.posix;

import java.util.ArrayDeque;
import java.util.Arrays;

/// A socket of a [FakeKernel]: the driver has its descriptor, and whoever plays the network has this object.
public final class FakeSocket {
    private static final int ROOM_BYTES = 64 * 1024;

    /// Apart from all others of the kernel, whatever number they have.
    public final int id;
    /// Of a listener: connections that nobody has accepted.
    public final ArrayDeque<FakeSocket> waiting = new ArrayDeque<>();
    public int descriptor = -1;
    public boolean listening;
    /// A connect is under way, and the network has not answered.
    public boolean connecting;
    public boolean connected;
    /// The driver has shut its side down.
    public boolean ended;
    public boolean closed;

    private final FakeKernel kernel;
    private byte[] sent = new byte[1024];
    private int sentBytes;
    private byte[] incoming = new byte[1024];
    private int first;
    private int count;
    private boolean peerEnded;
    private boolean reset;
    private int room = ROOM_BYTES;
    /// A send has found no room, and asks to be told of some.
    private boolean full;
    /// What the next operation, or SO_ERROR, tells once; 0: nothing.
    private int error;

    FakeSocket(FakeKernel kernel, int id) {
        this.kernel = kernel;
        this.id = id;
    }

    // For the network.

    public void arrive(byte[] bytes) {
        if (reset || peerEnded) throw new IllegalStateException("bytes after the end of " + id);
        if (first + count + bytes.length > incoming.length) {
            incoming = Arrays.copyOfRange(incoming, first, first + Math.max(2 * count, count + bytes.length));
            first = 0;
        }
        System.arraycopy(bytes, 0, incoming, first + count, bytes.length);
        count += bytes.length;
        kernel.changed(this);
    }

    public void end() {
        peerEnded = true;
        kernel.changed(this);
    }

    public void reset(int errno) {
        reset = true;
        error = errno;
        count = 0;
        kernel.changed(this);
    }

    /// The peer has read so much.
    public void addRoom(int bytes) {
        room += bytes;
        if (!full || room == 0) return;
        full = false;
        kernel.changed(this);
    }

    /// The answer to a connect.
    ///
    /// @param errno 0: it stands
    public void answer(int errno) {
        connecting = false;
        if (errno == 0) connected = true;
        else reset(errno);
        kernel.changed(this);
    }

    /// What the driver has sent, from a position on.
    public byte[] sent(int from) {
        return Arrays.copyOfRange(sent, from, sentBytes);
    }

    public int sentBytes() {
        return sentBytes;
    }

    // For the kernel.

    public int available() {
        return count;
    }

    public boolean isPeerEnded() {
        return peerEnded;
    }

    public boolean isReset() {
        return reset;
    }

    public int room() {
        return room;
    }

    public void setRoom(int bytes) {
        room = bytes;
    }

    public byte[] take(int most) {
        var taken = Arrays.copyOfRange(incoming, first, first + Math.min(most, count));
        first += taken.length;
        count -= taken.length;
        return taken;
    }

    public int takeError() {
        var told = error;
        error = 0;
        return told;
    }

    /// Takes what there is room for.
    ///
    /// @return how much that was
    public int put(byte[] bytes) {
        var taken = Math.min(bytes.length, room);
        if (sentBytes + taken > sent.length) sent = Arrays.copyOf(sent, Math.max(2 * sentBytes, sentBytes + taken));
        System.arraycopy(bytes, 0, sent, sentBytes, taken);
        sentBytes += taken;
        room -= taken;
        if (taken < bytes.length) full = true;
        return taken;
    }

    @Override
    public String toString() {
        return "socket " + id + " (descriptor " + descriptor + ")";
    }
}
