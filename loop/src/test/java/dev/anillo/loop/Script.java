package dev.anillo.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// What happens on one connection, step by step, made from a seed. [ScriptPlayer] plays it.
///
/// @param opening how the connection comes about
/// @param steps what its two sides do, one after the other; none where nobody accepts
record Script(Opening opening, List<Step> steps) {
    private static final int STEPS_MAX = 12;

    /// For [#smallest]: each script may take a deadline to fail.
    private static final Duration SHRINKING_MAX = Duration.ofMinutes(2);

    enum Opening {
        ACCEPTED,
        /// Nobody listens.
        REFUSED,
        /// Neither taken nor refused until the connect's time-out.
        UNANSWERED
    }

    enum Act { SENDS, SENDS_PAST_A_PAUSE, SENDS_AND_ENDS, ENDS, WRITES_IN_VAIN_AND_DROPS, TIMES_OUT, RESETS, RESTS }

    /// @param client who acts; where that side has ended, the other one does
    /// @param bytes of the acts that send
    record Step(boolean client, Act act, int bytes) {
        private Step withBytes(int fewer) {
            return new Step(client, act, fewer);
        }

        @Override
        public String toString() {
            return (client ? "client " : "server ") + act.name().toLowerCase().replace('_', ' ')
                    + (bytes > 0 ? " (" + bytes + " bytes)" : "");
        }
    }

    static Script random(long seed) {
        var random = new Random(seed);
        switch (random.nextInt(10)) {
            case 0 -> {
                return new Script(Opening.REFUSED, List.of());
            }
            case 1 -> {
                return new Script(Opening.UNANSWERED, List.of());
            }
            default -> {}
        }
        var steps = new ArrayList<Step>();
        for (var i = 0; i < STEPS_MAX; i++) steps.add(randomStep(random));
        return new Script(Opening.ACCEPTED, steps);
    }

    private static Step randomStep(Random random) {
        var client = random.nextBoolean();
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> new Step(client, Act.SENDS, 1 + random.nextInt(100_000));
            case 3 -> new Step(client, Act.SENDS_PAST_A_PAUSE, 1 + random.nextInt(4 << 20));
            case 4 -> new Step(client, Act.SENDS_AND_ENDS, 1 + random.nextInt(1 << 20));
            case 5 -> new Step(client, Act.ENDS, 0);
            case 6 -> new Step(client, Act.WRITES_IN_VAIN_AND_DROPS, 1_000);
            case 7 -> new Step(client, Act.TIMES_OUT, 0);
            case 8 -> new Step(client, Act.RESETS, 0);
            default -> new Step(client, Act.RESTS, 0);
        };
    }

    /// The shortest script with the fewest bytes, found by leaving out one thing after the other while there is time, of which
    /// `fails` still holds. Of this one it does.
    Script smallest(Predicate<Script> fails) {
        var smallest = this;
        var start = System.nanoTime();
        for (var progress = true; progress; ) {
            progress = false;
            for (var candidate : smallest.smaller()) {
                if (System.nanoTime() - start > SHRINKING_MAX.toNanos()) return smallest;
                if (!fails.test(candidate)) continue;
                smallest = candidate;
                progress = true;
                break;
            }
        }
        return smallest;
    }

    /// Without one of its steps, the last ones first, or with half of a step's bytes.
    private List<Script> smaller() {
        var candidates = new ArrayList<Script>();
        for (var i = steps.size() - 1; i >= 0; i--) {
            var step = i;
            candidates.add(with(fewer -> fewer.remove(step)));
        }
        for (var i = steps.size() - 1; i >= 0; i--) {
            var step = i;
            if (steps.get(i).bytes > 1) {
                candidates.add(with(fewer -> fewer.set(step, fewer.get(step).withBytes(fewer.get(step).bytes / 2))));
            }
        }
        return candidates;
    }

    private Script with(Consumer<List<Step>> change) {
        var changed = new ArrayList<>(steps);
        change.accept(changed);
        return new Script(opening, changed);
    }

    /// With other steps in the place of some.
    Script replacing(UnaryOperator<Step> change) {
        return new Script(opening, steps.stream().map(change).toList());
    }

    @Override
    public String toString() {
        return opening.name().toLowerCase() + " " + steps;
    }
}
