package dev.anillo.loop.memory;

import java.util.Objects;
import java.util.function.Consumer;

/// What `-Danillo.checks=on` finds out when nobody is there who could be thrown at: memory that was written by an unknown
/// hand, buffers that nobody gives back. Whoever is caught in the act is told by an exception instead.
///
/// Threads: any.
public final class Findings {
    private static volatile Consumer<String> listener =
            text -> System.getLogger("dev.anillo.loop").log(System.Logger.Level.WARNING, text);

    private Findings() {}

    /// @param text its first line says what, and where
    public static void tell(String text) {
        listener.accept(text);
    }

    /// For tests: who is told instead of the log. Called on any thread.
    public static void tellTo(Consumer<String> other) {
        listener = Objects.requireNonNull(other);
    }
}
