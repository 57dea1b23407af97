package dev.anillo.loop.driver.posix;

import java.util.Arrays;

/// First in, first out, of plain ints: descriptors that wait for their turn. Grows, never shrinks.
public final class IntQueue {
    private int[] values = new int[64];
    private int head;
    private int size;

    public void add(int value) {
        if (size == values.length) grow();
        values[(head + size++) & (values.length - 1)] = value;
    }

    private void grow() {
        var grown = Arrays.copyOf(values, values.length * 2);
        System.arraycopy(values, 0, grown, values.length, head);
        values = grown;
    }

    public int remove() {
        if (size == 0) throw new IllegalStateException("an empty queue");
        var value = values[head];
        head = (head + 1) & (values.length - 1);
        size--;
        return value;
    }

    public int size() {
        return size;
    }
}
