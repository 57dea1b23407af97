package dev.anillo.loop;

import java.util.Arrays;

/// Timers by deadline, equal deadlines by order of insertion: a binary heap in an array. Each timer knows its place,
/// so that cancelling costs as little as inserting.
final class TimerQueue {
    private Timer[] heap = new Timer[16];
    private int size;
    private long nextSequence;

    int size() {
        return size;
    }

    Timer first() {
        return size == 0 ? null : heap[0];
    }

    /// @param timer not in the queue
    void insert(Timer timer, long deadlineNanos) {
        if (size == heap.length) heap = Arrays.copyOf(heap, size * 2);
        timer.deadlineNanos = deadlineNanos;
        timer.sequence = nextSequence++;
        place(timer, size++);
        siftUp(timer);
    }

    /// @param timer in the queue
    void remove(Timer timer) {
        var hole = timer.index;
        timer.index = Timer.NOT_QUEUED;
        var last = heap[--size];
        heap[size] = null;
        if (last != timer) {
            place(last, hole);
            siftUp(last);
            siftDown(last);
        }
    }

    private void siftUp(Timer timer) {
        while (timer.index > 0) {
            var parent = heap[(timer.index - 1) >>> 1];
            if (!before(timer, parent)) return;
            swap(timer, parent);
        }
    }

    private void siftDown(Timer timer) {
        while (true) {
            var left = 2 * timer.index + 1;
            if (left >= size) return;
            var child = left + 1 < size && before(heap[left + 1], heap[left]) ? heap[left + 1] : heap[left];
            if (!before(child, timer)) return;
            swap(timer, child);
        }
    }

    private void swap(Timer one, Timer other) {
        var index = one.index;
        place(one, other.index);
        place(other, index);
    }

    private void place(Timer timer, int index) {
        heap[index] = timer;
        timer.index = index;
    }

    /// By difference, since the clock may wrap (System#nanoTime).
    private static boolean before(Timer one, Timer other) {
        var difference = one.deadlineNanos - other.deadlineNanos;
        return difference < 0 || difference == 0 && one.sequence - other.sequence < 0;
    }
}
