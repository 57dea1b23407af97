package dev.anillo.loop.process;

/// Signals that can be sent, by their numbers on Linux, signal(7). The nio transport sends [#SIGTERM] and [#SIGKILL] alone.
public enum Signal {
    SIGHUP(1),
    SIGINT(2),
    SIGQUIT(3),
    SIGKILL(9),
    SIGUSR1(10),
    SIGUSR2(12),
    SIGTERM(15),
    SIGCONT(18),
    SIGSTOP(19);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
