package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InboxTest {
    private final Inbox inbox = new Inbox();

    private static List<Runnable> tasks(Inbox.Note oldest) {
        var tasks = new ArrayList<Runnable>();
        for (var note = oldest; note != null; note = note.next) tasks.add(note.task);
        return tasks;
    }

    @Test
    void givesTasksInTheOrderTheyWerePutIn() {
        var tasks = List.<Runnable>of(() -> {}, () -> {}, () -> {});
        assertTrue(inbox.isEmpty());
        assertNull(inbox.takeAll());
        tasks.forEach(inbox::put);
        assertFalse(inbox.isEmpty());
        assertEquals(tasks, tasks(inbox.takeAll()));
        assertTrue(inbox.isEmpty());
    }

    @Test
    void shutsOnlyWhenNothingWaits() {
        assertTrue(inbox.put(() -> {}));
        assertFalse(inbox.shutIfEmpty());
        inbox.takeAll();
        assertTrue(inbox.shutIfEmpty());
        assertFalse(inbox.put(() -> {}));
        assertNull(inbox.shut());
    }

    @Test
    void shuttingGivesWhatWaitsAndTakesNothingMore() {
        var last = (Runnable) () -> {};
        inbox.put(last);
        assertEquals(List.of(last), tasks(inbox.shut()));
        assertFalse(inbox.put(() -> {}));
    }

    @Test
    void losesNothingOfEightThreadsAndKeepsEachOnesOrder() throws Exception {
        var perThread = 50_000;
        var accepted = new AtomicInteger();
        var next = new int[8];
        var threads = IntStream.range(0, 8).mapToObj(number -> Thread.ofPlatform().start(() -> {
            for (var i = 0; i < perThread; i++) {
                var expected = i;
                // Shut at some moment: what was accepted before must be taken, what was refused must not.
                if (!inbox.put(() -> assertEquals(expected, next[number]++))) return;
                accepted.incrementAndGet();
            }
        })).toList();
        var taken = 0;
        while (taken < 4 * perThread) taken += run(inbox.takeAll());
        taken += run(inbox.shut());
        for (var thread : threads) thread.join();
        assertEquals(accepted.get(), taken);
        assertEquals(accepted.get(), IntStream.of(next).sum());
    }

    private static int run(Inbox.Note note) {
        var tasks = tasks(note);
        tasks.forEach(Runnable::run);
        return tasks.size();
    }
}
