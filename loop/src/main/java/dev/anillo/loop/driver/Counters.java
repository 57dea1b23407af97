package dev.anillo.loop.driver;

/// What a driver did so far. Plain fields: the loop's thread counts, others may read a slightly old figure.
public final class Counters {
    /// System calls on the loop's thread (NIO: channel and selector calls that make at least one).
    public long systemCalls;
    /// Waits that could sleep.
    public long waits;
    /// Operations handed to the kernel (io_uring: submission entries).
    public long submissions;
    /// Completions reported to the loop.
    public long completions;
    /// Wake-ups by other threads that were seen.
    public long wakeUps;
    /// Times that no receive buffer was left.
    public long bufferShortages;
    /// Times the completion queue overflowed and had to be flushed (io_uring).
    public long overflows;

    @Override
    public String toString() {
        return "systemCalls=" + systemCalls + " waits=" + waits + " submissions=" + submissions + " completions="
                + completions + " wakeUps=" + wakeUps + " bufferShortages=" + bufferShortages + " overflows=" + overflows;
    }
}
