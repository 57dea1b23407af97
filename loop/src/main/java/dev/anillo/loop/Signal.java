package dev.anillo.loop;

/// Signals by their numbers on Linux, signal(7). Any can be sent to a child process where the transport can
/// ([dev.anillo.loop.process.ChildProcess#kill]); a program may take SIGHUP, SIGINT, SIGTERM and SIGUSR2 as events
/// ([EventLoop#onSignal]): the others are the system's, or how the JVM works.
public enum Signal {
    /// The terminal is gone; by custom also: read your configuration anew.
    SIGHUP(1),
    /// Ctrl-C.
    SIGINT(2),
    /// A JVM prints its threads.
    SIGQUIT(3),
    SIGKILL(9),
    SIGUSR1(10),
    /// No meaning of its own. The JVM has it for itself unless it is told to use another (`_JAVA_SR_SIGNUM`), which the
    /// launcher does on Linux.
    SIGUSR2(12),
    /// End, please.
    SIGTERM(15),
    SIGCONT(18),
    SIGSTOP(19);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /// As Linux counts.
    public int number() {
        return number;
    }
}
