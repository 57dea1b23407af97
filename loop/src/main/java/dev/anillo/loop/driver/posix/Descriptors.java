package dev.anillo.loop.driver.posix;

import java.util.Arrays;

/// What a driver knows of the descriptors that it handed out, in flat arrays by number.
///
/// On each descriptor there is at the most one operation inward (accept, receive) and one outward (connect, send,
/// shutdown) under way. Closing needs both to have ended, so that no completion can meet a reused number.
public final class Descriptors {
    /// No operation under way.
    public static final int NONE = 0;

    private boolean[] open = new boolean[256];
    private int[] generations = new int[256];
    private int[] marks = new int[256];
    private byte[] inward = new byte[256];
    private byte[] outward = new byte[256];
    private long[] inwardTokens = new long[256];
    private long[] outwardTokens = new long[256];
    private int inwardCount;

    /// The driver hands `fd` out.
    public void opened(int fd) {
        if (fd >= open.length) grow(fd);
        if (open[fd]) {
            throw new IllegalStateException("descriptor " + fd + " is open already: closed behind the driver's back?");
        }
        open[fd] = true;
        generations[fd]++;
        marks[fd] = 0;
    }

    private void grow(int fd) {
        var length = Math.max(open.length * 2, Integer.highestOneBit(fd) * 2);
        open = Arrays.copyOf(open, length);
        generations = Arrays.copyOf(generations, length);
        marks = Arrays.copyOf(marks, length);
        inward = Arrays.copyOf(inward, length);
        outward = Arrays.copyOf(outward, length);
        inwardTokens = Arrays.copyOf(inwardTokens, length);
        outwardTokens = Arrays.copyOf(outwardTokens, length);
    }

    /// From now on the number may come back as another socket.
    public void closed(int fd) {
        requireOpen(fd);
        if (inward[fd] != NONE || outward[fd] != NONE) {
            throw new IllegalStateException("descriptor " + fd + " is closed with an operation under way");
        }
        open[fd] = false;
    }

    /// At the driver's end, whatever was under way.
    ///
    /// @return whether it was open
    public boolean abandon(int fd) {
        var wasOpen = open[fd];
        open[fd] = false;
        return wasOpen;
    }

    public void requireOpen(int fd) {
        if (!isOpen(fd)) throw new IllegalStateException("descriptor " + fd + " is not open in this driver");
    }

    public boolean isOpen(int fd) {
        return fd >= 0 && fd < open.length && open[fd];
    }

    /// Above every descriptor that was ever handed out.
    public int limit() {
        return open.length;
    }

    /// Tells the number's tenants apart.
    public int generation(int fd) {
        return generations[fd];
    }

    /// @param operation of [dev.anillo.loop.driver.Token]
    public void beginInward(int fd, int operation, long token) {
        requireOpen(fd);
        if (inward[fd] != NONE) {
            throw new IllegalStateException("descriptor " + fd + " has an accept or a receive under way already");
        }
        inward[fd] = (byte) operation;
        inwardTokens[fd] = token;
        inwardCount++;
    }

    /// Descriptors with an accept or a receive under way.
    public int inwardCount() {
        return inwardCount;
    }

    /// The operation, or [#NONE].
    public int inward(int fd) {
        return inward[fd];
    }

    public long inwardToken(int fd) {
        return inwardTokens[fd];
    }

    public boolean isInward(int fd, long token) {
        return inward[fd] != NONE && inwardTokens[fd] == token;
    }

    /// @return its token
    public long endInward(int fd) {
        inward[fd] = NONE;
        inwardCount--;
        return inwardTokens[fd];
    }

    /// @param operation of [dev.anillo.loop.driver.Token]
    public void beginOutward(int fd, int operation, long token) {
        requireOpen(fd);
        if (outward[fd] != NONE) {
            throw new IllegalStateException("descriptor " + fd + " has a connect, send or shutdown under way already");
        }
        outward[fd] = (byte) operation;
        outwardTokens[fd] = token;
    }

    /// The operation, or [#NONE].
    public int outward(int fd) {
        return outward[fd];
    }

    public long outwardToken(int fd) {
        return outwardTokens[fd];
    }

    public boolean isOutward(int fd, long token) {
        return outward[fd] != NONE && outwardTokens[fd] == token;
    }

    /// @return its token
    public long endOutward(int fd) {
        outward[fd] = NONE;
        return outwardTokens[fd];
    }

    /// Sets bits whose meaning is the driver's. All are clear when a descriptor is handed out.
    public void mark(int fd, int bits) {
        marks[fd] |= bits;
    }

    public void unmark(int fd, int bits) {
        marks[fd] &= ~bits;
    }

    /// Whether one of the bits is set.
    public boolean isMarked(int fd, int bits) {
        return (marks[fd] & bits) != 0;
    }
}
