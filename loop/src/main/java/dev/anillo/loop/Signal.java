package dev.anillo.loop;

/// The signals (signal(7)) that a program may take as events ([EventLoop#onSignal]). The others are the JVM's: SIGQUIT prints
/// its threads, SIGUSR1, SIGSEGV and more are how it works, and a program that took them would break it.
public enum Signal {
    /// The terminal is gone; by custom also: read your configuration anew.
    HUP(1),
    /// Ctrl-C.
    INT(2),
    /// No meaning of its own. The JVM has it for itself unless it is told to use another (`_JAVA_SR_SIGNUM`), which the
    /// launcher does on Linux.
    USR2(12),
    /// End, please.
    TERM(15);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /// As Linux counts.
    public int number() {
        return number;
    }
}
