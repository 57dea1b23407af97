package dev.anillo.loop.driver.nio;

import java.util.Arrays;

/// The open descriptors by number. A number is free again once its close is reported.
final class Descriptors {
    private Descriptor[] open = new Descriptor[64];
    private int[] free = new int[64];
    private int freeCount;
    private int used;

    int add(Descriptor descriptor) {
        if (freeCount == 0 && used == open.length) grow();
        var number = freeCount > 0 ? free[--freeCount] : used++;
        open[number] = descriptor;
        return number;
    }

    private void grow() {
        open = Arrays.copyOf(open, open.length * 2);
        free = Arrays.copyOf(free, free.length * 2);
    }

    /// @return null where none is open
    Descriptor find(int number) {
        return number >= 0 && number < used ? open[number] : null;
    }

    Connection connection(int number) {
        if (find(number) instanceof Connection connection) return connection;
        throw new IllegalArgumentException("descriptor " + number + " is not an open connection");
    }

    ChildOfJava child(int number) {
        if (find(number) instanceof ChildOfJava child) return child;
        throw new IllegalArgumentException("descriptor " + number + " is not a process");
    }

    Listener listener(int number) {
        if (find(number) instanceof Listener listener) return listener;
        throw new IllegalArgumentException("descriptor " + number + " is not an open listener");
    }

    Descriptor get(int number) {
        var descriptor = find(number);
        if (descriptor == null) throw new IllegalArgumentException("descriptor " + number + " is not open");
        return descriptor;
    }

    void remove(Descriptor descriptor) {
        var number = descriptor.number();
        if (open[number] != descriptor) throw new IllegalStateException("descriptor " + number + " removed twice");
        open[number] = null;
        free[freeCount++] = number;
    }

    /// Closes the channel of each and forgets them all.
    void closeAll() {
        for (var number = 0; number < used; number++) {
            if (open[number] != null) open[number].closeChannel();
        }
        Arrays.fill(open, null);
        used = freeCount = 0;
    }
}
