package dev.anillo.loop.buffer;

/// Where a buffer goes when it is released: a pool, or a ring that lends it to the kernel again.
public interface BufferHome {
    /// Takes the buffer back. On the loop's thread.
    void takeBack(Buffer buffer);

    /// A buffer to keep in place of `buffer`, which may be the same one. A home that runs short copies the bytes into
    /// memory of its reserve and takes `buffer` back.
    default Buffer keep(Buffer buffer) {
        return buffer;
    }
}
