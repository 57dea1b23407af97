package dev.anillo.http.soak;

import dev.anillo.http.HttpLimits;
import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.http.HttpServer;
import dev.anillo.http.app.StaticFiles;
import dev.anillo.loop.EventLoop;
import dev.anillo.loop.LoopFigures;
import dev.anillo.loop.OsException;
import dev.anillo.loop.memory.Slabs;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/// The server under test: an ordinary program on the default loop. Prints its port; for each line that it reads it prints what
/// it holds.
///
///     SoakServer DIRECTORY CONNECTIONS_MAX
final class SoakServer {
    /// Bounds short enough to be met in a short run, long enough for a client whose machine is busy.
    static final int BOUND_MILLIS = 10_000;

    private static final int PART_BYTES = 8 * 1024;
    private static final int LATER_MILLIS_MAX = 50;

    private final EventLoop loop = EventLoop.current();
    private final AtomicLong failures = new AtomicLong();
    private final StaticFiles files;

    private SoakServer(Path directory) throws IOException {
        Files.write(directory.resolve("pattern"), Content.bytes(0, 0, 2 * Asked.BYTES_MAX));
        files = StaticFiles.of(directory).prefix("/files");
    }

    static void main(String[] arguments) throws IOException {
        var soak = new SoakServer(Path.of(arguments[0]));
        var server = HttpServer.create(soak::handle)
                .limits(new HttpLimits().connectionsMax(Integer.parseInt(arguments[1])).firstByteMillis(BOUND_MILLIS)
                        .headMillis(BOUND_MILLIS).bodyGraceMillis(BOUND_MILLIS).sendStallMillis(2 * BOUND_MILLIS)
                        .idleMillis(2 * BOUND_MILLIS))
                .onHandlerError((_, problem) -> {
                    soak.failures.incrementAndGet();
                    problem.printStackTrace();
                });
        server.listen(0, "127.0.0.1", () -> {
            try {
                IO.println(server.port());
            } catch (OsException refused) {
                throw new IllegalStateException(refused);
            }
        });
        Thread.ofPlatform().daemon().start(() -> {
            while (IO.readln() != null) IO.println(soak.figures());
        });
    }

    private void handle(HttpRequest request, HttpResponse response) throws Exception {
        if (request.path().startsWith("/files/")) {
            files.handle(request, response);
            return;
        }
        var asked = Asked.of(request.path());
        response.header("Soak-Number", Long.toString(asked.number()));
        switch (asked.kind()) {
            case FIXED -> response.end(Content.bytes(asked.number(), 0, asked.bytes()));
            case CHUNKED -> {
                response.flushHeaders(); // an answer that ends with its first part would get a Content-Length
                new Parts(asked, response).run();
            }
            case LATER -> loop.setTimeout(() -> {
                if (!response.ended()) response.end(Content.bytes(asked.number(), 0, asked.bytes()));
            }, 1 + asked.number() % LATER_MILLIS_MAX);
            case ECHO -> request.pipe(response);
            case UPLOAD -> compare(asked, request, response);
            case FILE -> throw new IllegalArgumentException("files have another path");
        }
    }

    /// A body as long as the response may wait for it.
    private static final class Parts implements Runnable {
        private final Asked asked;
        private final HttpResponse response;
        private int sent;

        Parts(Asked asked, HttpResponse response) {
            this.asked = asked;
            this.response = response;
            response.onDrain(this);
        }

        @Override
        public void run() {
            while (!response.ended()) {
                var bytes = Math.min(PART_BYTES, asked.bytes() - sent);
                var part = Content.bytes(asked.number(), sent, bytes);
                sent += bytes;
                if (sent == asked.bytes()) response.end(part);
                else if (!response.write(part)) return;
            }
        }
    }

    /// The answer tells whether what came is what was sent.
    private void compare(Asked asked, HttpRequest request, HttpResponse response) {
        var seen = new int[1];
        var wrong = new boolean[1];
        request.onData(data -> {
            var bytes = data.asByteBuffer();
            while (bytes.hasRemaining()) wrong[0] |= bytes.get() != Content.at(~asked.number(), seen[0]++);
        }).onEnd(() -> {
            if (wrong[0] || seen[0] != asked.bytes()) response.status(422).end();
            else response.end(Content.bytes(asked.number(), 0, asked.bytes()));
        });
    }

    /// `handles buffers slabs threads heapBytes failures stalls`
    private String figures() {
        System.gc();
        System.gc(); // what the first one has only made unreachable
        var runtime = Runtime.getRuntime();
        var heapBytes = runtime.totalMemory() - runtime.freeMemory();
        var onLoop = new CompletableFuture<String>();
        loop.execute(() -> onLoop.complete(LoopFigures.openHandles(loop) + " " + LoopFigures.buffersOut(loop)));
        return onLoop.join() + " " + Slabs.outstanding() + " " + ManagementFactory.getThreadMXBean().getThreadCount() + " " + heapBytes + " " + failures
                + " " + loop.health().stalls();
    }
}
