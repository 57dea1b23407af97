package dev.anillo.loop;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;

/// How a problem that nobody handles is told: what the operating system or the user's environment refused in one line,
/// a fault of the program with its stack trace. `-Danillo.stacktrace=true` gives the trace for all.
final class Uncaught {
    private static final boolean ALWAYS_TRACE = Boolean.getBoolean("anillo.stacktrace");

    private Uncaught() {}

    static boolean isRefusal(Throwable problem) {
        return refusal(problem) != null;
    }

    static void print(Throwable problem, PrintStream out) {
        var refusal = refusal(problem);
        if (refusal == null || ALWAYS_TRACE) {
            problem.printStackTrace(out);
        } else {
            out.println("anillo: " + refusal.getMessage());
        }
    }

    private static Throwable refusal(Throwable problem) {
        return switch (problem) {
            case OsException refused -> refused;
            case TransportException refused -> refused;
            case UnknownHostException unknown -> unknown;
            case UncheckedIOException wrapped -> refusal(wrapped.getCause());
            default -> null;
        };
    }
}
