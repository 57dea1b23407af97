package dev.anillo.bench.load;

/// First in, first out, without an object for each number: garbage would stop the clock.
final class LongQueue {
    private long[] numbers = new long[16];
    private int head;
    private int size;

    void add(long number) {
        if (size == numbers.length) grow();
        numbers[head + size++ & numbers.length - 1] = number;
    }

    private void grow() {
        var larger = new long[numbers.length * 2];
        for (var i = 0; i < size; i++) larger[i] = numbers[head + i & numbers.length - 1];
        numbers = larger;
        head = 0;
    }

    /// @throws IllegalStateException when there is none
    long remove() {
        if (size == 0) throw new IllegalStateException("nothing waits");
        var number = numbers[head];
        head = head + 1 & numbers.length - 1;
        size--;
        return number;
    }

    /// The one that is next.
    ///
    /// @throws IllegalStateException when there is none
    long first() {
        if (size == 0) throw new IllegalStateException("nothing waits");
        return numbers[head];
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }
}
