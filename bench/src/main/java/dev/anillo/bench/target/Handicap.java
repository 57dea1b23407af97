package dev.anillo.bench.target;

import dev.anillo.http.Handler;
import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;

/// Makes each request dearer by a known amount, so that a gate can show that it notices.
///
/// @param spins steps more of a computation that takes some nanoseconds: a number of them, and not a time, for a machine that is
///     slowed down takes longer for everything, and so for these
/// @param calls system calls more: lseek(2) on an open file
/// @param objects more that are allocated, of 16 bytes each
record Handicap(int spins, int calls, int objects) {
    static final Handicap NONE = new Handicap(0, 0, 0);

    /// What is kept can't be left out by the compiler.
    @SuppressWarnings("unused")
    private static volatile Object kept;
    private static volatile long spun = 1;

    Handicap withSpins(int spins) {
        return new Handicap(spins, calls, objects);
    }

    Handicap withCalls(int calls) {
        return new Handicap(spins, calls, objects);
    }

    Handicap withObjects(int objects) {
        return new Handicap(spins, calls, objects);
    }

    Handler on(Handler handler) {
        if (equals(NONE)) return handler;
        var file = open();
        return (request, response) -> answer(handler, request, response, file);
    }

    private void answer(Handler handler, HttpRequest request, HttpResponse response, RandomAccessFile file)
            throws Exception {
        for (var i = 0; i < calls; i++) file.getFilePointer();
        for (var i = 0; i < objects; i++) kept = new long[0];
        spin();
        handler.handle(request, response);
    }

    /// Each step needs what the last one came to, and no compiler makes one of many (xorshift64, G. Marsaglia, 2003).
    private void spin() {
        var value = spun;
        for (var i = 0; i < spins; i++) {
            value ^= value << 13;
            value ^= value >>> 7;
            value ^= value << 17;
        }
        spun = value;
    }

    private static RandomAccessFile open() {
        try {
            return new RandomAccessFile("/dev/zero", "r");
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
