package dev.anillo.bench.target;

import dev.anillo.http.Handler;
import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;

/// Makes each request dearer by a known amount, so that a gate can show that it notices.
///
/// @param nanos of processor time more
/// @param calls system calls more: lseek(2) on an open file
/// @param objects more that are allocated, of 16 bytes each
record Handicap(int nanos, int calls, int objects) {
    static final Handicap NONE = new Handicap(0, 0, 0);

    /// What is kept can't be left out by the compiler.
    @SuppressWarnings("unused")
    private static volatile Object kept;

    Handicap withNanos(int nanos) {
        return new Handicap(nanos, calls, objects);
    }

    Handicap withCalls(int calls) {
        return new Handicap(nanos, calls, objects);
    }

    Handicap withObjects(int objects) {
        return new Handicap(nanos, calls, objects);
    }

    Handler on(Handler handler) {
        if (equals(NONE)) return handler;
        var file = open();
        return (request, response) -> answer(handler, request, response, file);
    }

    private void answer(Handler handler, HttpRequest request, HttpResponse response, RandomAccessFile file)
            throws Exception {
        var begun = System.nanoTime();
        for (var i = 0; i < calls; i++) file.getFilePointer();
        for (var i = 0; i < objects; i++) kept = new long[0];
        while (System.nanoTime() - begun < nanos) Thread.onSpinWait();
        handler.handle(request, response);
    }

    private static RandomAccessFile open() {
        try {
            return new RandomAccessFile("/dev/zero", "r");
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
