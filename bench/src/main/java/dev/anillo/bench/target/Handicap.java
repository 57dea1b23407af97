package dev.anillo.bench.target;

import dev.anillo.http.Handler;
import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/// Makes each request dearer by a known amount, so that a gate can show that it notices.
///
/// @param percent of the processor time of a request, more
/// @param calls system calls more: lseek(2) on an open file
/// @param objects more that are allocated, of 16 bytes each
record Handicap(int percent, int calls, int objects) {
    static final Handicap NONE = new Handicap(0, 0, 0);

    Handicap withPercent(int percent) {
        return new Handicap(percent, calls, objects);
    }

    Handicap withCalls(int calls) {
        return new Handicap(percent, calls, objects);
    }

    Handicap withObjects(int objects) {
        return new Handicap(percent, calls, objects);
    }

    /// One that is none wraps a handler too: code around a handler changes what the JIT compiler makes of the way to it.
    Handler on(Handler handler) {
        return new Handicapped(this, handler);
    }

    /// Threads: its loop's.
    private static final class Handicapped implements Handler {
        /// Often enough to follow a machine that changes its speed, seldom enough to cost nothing.
        private static final int REQUESTS_MEASURED = 256;
        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
        /// What is kept can't be left out by the compiler.
        @SuppressWarnings("unused")
        private static volatile Object kept;

        private final Handicap handicap;
        private final Handler handler;
        private final RandomAccessFile file = open();
        private int requests;
        private long cpuNanos;
        private long burntNanos;
        private long burnNanos;
        private long dueNanos;

        Handicapped(Handicap handicap, Handler handler) {
            this.handicap = handicap;
            this.handler = handler;
        }

        private static RandomAccessFile open() {
            try {
                return new RandomAccessFile("/dev/zero", "r");
            } catch (IOException refused) {
                throw new UncheckedIOException(refused);
            }
        }

        @Override
        public void handle(HttpRequest request, HttpResponse response) throws Exception {
            for (var i = 0; i < handicap.calls; i++) file.getFilePointer();
            for (var i = 0; i < handicap.objects; i++) kept = new long[0];
            if (++requests == REQUESTS_MEASURED) measure();
            burn();
            handler.handle(request, response);
        }

        /// What a request has cost lately, without what was burnt: its part of that is what the next ones burn.
        private void measure() {
            var now = THREADS.getCurrentThreadCpuTime();
            if (cpuNanos > 0) burnNanos = (now - cpuNanos - burntNanos) * handicap.percent / (100 * REQUESTS_MEASURED);
            cpuNanos = now;
            burntNanos = 0;
            requests = 0;
        }

        /// What it burns too much, as the clock goes on in steps, the next one burns less. Of a time in which the thread had no
        /// processor, nothing is known but that it was not burnt.
        private void burn() {
            var begun = System.nanoTime();
            dueNanos += burnNanos;
            var burnt = 0L;
            while (burnt < dueNanos) burnt = System.nanoTime() - begun;
            burnt = Math.min(burnt, 2 * burnNanos);
            dueNanos -= burnt;
            burntNanos += burnt;
        }
    }
}
