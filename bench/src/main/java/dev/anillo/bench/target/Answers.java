package dev.anillo.bench.target;

import dev.anillo.http.Handler;
import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import dev.anillo.http.app.StaticFiles;
import dev.anillo.loop.EventLoop;
import dev.anillo.loop.buffer.SharedBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;

/// What each contender of the comparison answers, here through the API that every program has.
///
/// Threads: one instance for each loop.
final class Answers implements Handler {
    private static final String BYTES = "/bytes/";
    private static final String FILES = "/file";
    private static final int FILE_BYTES = 1 << 20;
    private static final int BODY_BYTES_MAX = 16 << 20;
    private static final byte[] HELLO = "Hello, World!".getBytes(StandardCharsets.US_ASCII);

    private StaticFiles files;

    @Override
    public void handle(HttpRequest request, HttpResponse response) {
        var path = request.path();
        switch (path) {
            case "/plaintext" -> response.header("Content-Type", "text/plain").end(HELLO);
            case "/json" -> response.header("Content-Type", "application/json").end(new Greeting("Hello, World!").toJson());
            case "/" -> response.header("Content-Type", "text/plain").end("ok");
            case "/echo" -> echo(request, response);
            default -> {
                if (path.startsWith(BYTES)) bytes(path, response);
                else if (path.startsWith(FILES)) files().handle(request, response);
                else notFound(response);
            }
        }
    }

    private static void notFound(HttpResponse response) {
        response.status(404).header("Content-Type", "text/plain").end("Not Found\n");
    }

    /// The body goes back as it comes, without a copy; a client that does not take it is not read on.
    private static void echo(HttpRequest request, HttpResponse response) {
        response.header("Content-Type", "application/octet-stream");
        request.pipe(response);
    }

    private static void bytes(String path, HttpResponse response) {
        var count = count(path);
        if (count < 0) {
            notFound(response);
            return;
        }
        response.header("Content-Type", "application/octet-stream");
        if (count <= Filled.BYTES.length()) {
            response.end(EventLoop.current().view(Filled.BYTES, 0, count));
        } else {
            response.header("Content-Length", Integer.toString(count));
            new Parts(response, count).proceed();
        }
    }

    /// The number at the path's end, or -1.
    private static int count(String path) {
        try {
            var count = Integer.parseInt(path, BYTES.length(), path.length(), 10);
            return count <= BODY_BYTES_MAX ? count : -1;
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    /// Made at the first request for it.
    private static final class Filled {
        static final SharedBytes BYTES = SharedBytes.of(filled(1 << 20));
    }

    /// A body that is longer than what there is to fill it with.
    private static final class Parts {
        private final HttpResponse response;
        private int remaining;

        Parts(HttpResponse response, int bytes) {
            this.response = response;
            this.remaining = bytes;
            response.onDrain(this::proceed);
        }

        void proceed() {
            var goesOn = true;
            while (goesOn && remaining > 0) {
                var bytes = Math.min(remaining, Filled.BYTES.length());
                remaining -= bytes;
                goesOn = response.write(EventLoop.current().view(Filled.BYTES, 0, bytes));
            }
            if (remaining == 0 && !response.ended()) response.end();
        }
    }

    /// Made at the first request for it: no start waits for a file that it may not need.
    private StaticFiles files() {
        if (files == null) files = makeFiles();
        return files;
    }

    private static StaticFiles makeFiles() {
        try {
            var directory = Files.createTempDirectory("anillo-bench-");
            directory.toFile().deleteOnExit();
            var file = Files.write(directory.resolve("1m"), filled(FILE_BYTES));
            file.toFile().deleteOnExit();
            return StaticFiles.of(directory).prefix(FILES);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static byte[] filled(int count) {
        var bytes = new byte[count];
        Arrays.fill(bytes, (byte) 'x');
        return bytes;
    }
}
