package dev.anillo.loop.stream;

import java.util.Objects;

/// For those who implement streams: close callbacks add up.
public final class CloseCallbacks {
    private CloseCallbacks() {}

    /// Both, in order, the second one even when the first throws.
    ///
    /// @param before null when there is none yet
    public static Runnable add(Runnable before, Runnable added) {
        Objects.requireNonNull(added);
        if (before == null) return added;
        return () -> {
            try {
                before.run();
            } finally {
                added.run();
            }
        };
    }
}
