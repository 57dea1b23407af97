package dev.anillo.loop.buffer;

import java.util.Arrays;
import java.util.Objects;

/// A loop's buffers over [SharedBytes]: without memory and without room, used again when they come back.
///
/// Threads: the loop's thread.
public final class Views implements BufferHome {
    private Buffer[] atHome = new Buffer[16];
    private int count;
    /// By the buffer's number, what it shows: holds the memory while the kernel may read it.
    private SharedBytes[] shown = new SharedBytes[16];
    private int made;

    /// None yet.
    public Views() {}

    /// The caller's to release or to pass on.
    ///
    /// @throws IndexOutOfBoundsException when the part is not within the bytes
    public Buffer of(SharedBytes bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length());
        var buffer = count > 0 ? atHome[--count] : make();
        shown[buffer.id()] = bytes;
        return buffer.leaveHome(bytes.address() + offset, length);
    }

    private Buffer make() {
        if (made == shown.length) {
            shown = Arrays.copyOf(shown, made * 2);
            atHome = Arrays.copyOf(atHome, made * 2);
        }
        return Buffer.view(this, made++);
    }

    @Override
    public void takeBack(Buffer buffer) {
        shown[buffer.id()] = null;
        atHome[count++] = buffer;
    }

    /// Views that are out.
    public int outstanding() {
        return made - count;
    }
}
