package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimerQueueTest {
    private final TimerQueue queue = new TimerQueue();

    private static Timer timer() {
        return new Timer(null, () -> {}, 0, false);
    }

    private static final Comparator<Timer> ORDER =
            Comparator.<Timer>comparingLong(timer -> timer.deadlineNanos).thenComparingLong(timer -> timer.sequence);

    @Test
    void givesTimersByDeadlineAndEqualOnesByInsertion() {
        var timers = List.of(timer(), timer(), timer(), timer());
        queue.insert(timers.get(0), 20);
        queue.insert(timers.get(1), 10);
        queue.insert(timers.get(2), 10);
        queue.insert(timers.get(3), 5);
        for (var expected : List.of(3, 1, 2, 0)) {
            assertSame(timers.get(expected), queue.first());
            queue.remove(queue.first());
        }
        assertNull(queue.first());
    }

    @Test
    void ordersDeadlinesAcrossTheClocksWrap() {
        var before = timer();
        var after = timer();
        queue.insert(after, Long.MIN_VALUE + 5);
        queue.insert(before, Long.MAX_VALUE - 5);
        assertSame(before, queue.first());
    }

    @Test
    void agreesWithASortedListUnderRandomUse() {
        var random = Pattern.random();
        var model = new ArrayList<Timer>();
        for (var step = 0; step < 100_000; step++) {
            if (model.isEmpty() || random.nextInt(5) < 2 + (step / 10_000) % 2) {
                var timer = timer();
                queue.insert(timer, random.nextInt(1000));
                model.add(timer);
            } else {
                var timer = random.nextBoolean() ? queue.first() : model.get(random.nextInt(model.size()));
                queue.remove(timer);
                assertEquals(Timer.NOT_QUEUED, timer.index);
                model.remove(timer);
            }
            assertEquals(model.size(), queue.size());
            if (step % 100 == 0) {
                assertSame(model.stream().min(ORDER).orElse(null), queue.first(), "seed " + Pattern.SEED);
            }
        }
        model.sort(ORDER);
        for (var timer : model) {
            assertSame(timer, queue.first());
            queue.remove(timer);
        }
    }
}
