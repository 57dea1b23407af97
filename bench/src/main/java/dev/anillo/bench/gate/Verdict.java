package dev.anillo.bench.gate;

import dev.anillo.bench.compare.Change;
import java.util.List;

/// What a gate says of a comparison.
///
/// @param why one paragraph
public record Verdict(Outcome outcome, String why, List<Judged> judged) {
    public enum Outcome {
        PASSED(0), SLOWER(1),
        /// Processes of head did not start, or did not answer as those of base: nothing was judged.
        FAILED(1), TOO_NOISY(3);

        private final int status;

        Outcome(int status) {
            this.status = status;
        }

        /// Of the program.
        public int status() {
            return status;
        }
    }

    public enum Finding {
        /// No loss that is larger than the floor is to be seen, and it would have been.
        HELD,
        /// A loss, significant and larger than the floor.
        LOST,
        /// Better, significantly and by more than the floor.
        WON,
        /// The interval is so wide that a loss that matters may hide in it.
        UNCLEAR,
        /// As unclear, of a figure without a limit: it does not keep from passing.
        UNSEEN
    }

    /// @param floor smaller changes do not matter; a fraction, or a difference in the metric's unit
    /// @param isCounter whether it is one of those that do not flicker
    public record Judged(Change change, double floor, boolean isCounter, Finding finding) {}
}
