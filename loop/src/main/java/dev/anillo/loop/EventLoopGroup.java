package dev.anillo.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Several explicit loops, for using several cores. Loops share nothing; a handle belongs to the one that opened it.
///
/// Threads: any.
public final class EventLoopGroup implements AutoCloseable {
    private final List<EventLoop> loops;
    private final AtomicInteger turn = new AtomicInteger();

    private EventLoopGroup(List<EventLoop> loops) {
        this.loops = List.copyOf(loops);
    }

    /// @param count loops to start, 1 or more
    /// @throws TransportException when the transport that was asked for is not available
    public static EventLoopGroup open(int count) {
        if (count < 1) throw new IllegalArgumentException("a group of " + count + " loops: at least 1");
        var loops = new ArrayList<EventLoop>(count);
        try {
            for (var i = 0; i < count; i++) loops.add(EventLoop.start());
        } catch (RuntimeException refused) {
            loops.forEach(EventLoop::close);
            throw refused;
        }
        return new EventLoopGroup(loops);
    }

    public List<EventLoop> loops() {
        return loops;
    }

    /// One loop after the other, round and round.
    public EventLoop next() {
        return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
    }

    /// Closes all loops, as [EventLoop#close] does.
    @Override
    public void close() {
        loops.forEach(EventLoop::close);
    }
}
