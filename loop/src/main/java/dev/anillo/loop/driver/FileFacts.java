package dev.anillo.loop.driver;

/// What a driver has found out about a file. Filled when the operation completes with 0.
public final class FileFacts {
    // Kinds, as in a mode: Linux numbers on every transport (inode(7)).
    public static final int KIND = 0170000;
    public static final int REGULAR = 0100000;
    public static final int DIRECTORY = 0040000;
    public static final int LINK = 0120000;
    public static final int OTHER = 0;

    /// Kind and permission bits.
    public int mode;
    /// Bytes.
    public long size;
    /// When the content was changed last: seconds since 1970, and nanoseconds on top.
    public long modifiedSeconds;
    public int modifiedNanos;

    /// Nothing known yet.
    public FileFacts() {}
}
