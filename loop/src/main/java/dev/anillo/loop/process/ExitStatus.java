package dev.anillo.loop.process;

import dev.anillo.loop.Signal;

/// How a process has ended: by itself with a code, or by a signal. On the nio transport, as in a shell, a code of 128 and
/// a signal's number counts as that signal: Java does not tell them apart.
///
/// @param code 0 to 255; -1 when a signal has ended it, or nobody knows
/// @param signal by its number; 0 when it has ended by itself
public record ExitStatus(int code, int signal) {
    private static final int NONE = -1;

    /// Somebody else in this process has waited for it, by native code.
    static final ExitStatus UNKNOWN = new ExitStatus(NONE, 0);

    static ExitStatus exited(int code) {
        return new ExitStatus(code, 0);
    }

    static ExitStatus killed(int signal) {
        return new ExitStatus(NONE, signal);
    }

    /// Code 0.
    public boolean isSuccess() {
        return code == 0;
    }

    public boolean isKilledBy(Signal by) {
        return signal == by.number();
    }

    /// `exit 42`, `SIGKILL`, `signal 11` for one without a name here, or `unknown`.
    @Override
    public String toString() {
        if (signal == 0) return code == NONE ? "unknown" : "exit " + code;
        for (var known : Signal.values()) {
            if (known.number() == signal) return known.name();
        }
        return "signal " + signal;
    }
}
