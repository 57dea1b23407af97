package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpResponse;
import dev.anillo.loop.net.SendableFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Parts of files as parts of responses, framed like any other.
class FileResponseTest extends ServerTest {
    private static final int LONG = 32 << 20;

    @TempDir
    Path directory;

    private SendableFile file;

    private SendableFile open(String content) throws IOException {
        file = SendableFile.open(loop, Files.writeString(directory.resolve("file"), content));
        return file;
    }

    private SendableFile openLong() throws IOException {
        file = SendableFile.open(loop, Files.write(directory.resolve("file"), new byte[LONG]));
        return file;
    }

    /// The test's own hold is the last one: what the responses took is given back.
    @AfterEach
    void nobodyHoldsTheFile() {
        file.close();
        if (!Files.isDirectory(Path.of("/proc/self/fd"))) return;
        Deadline.until(() -> !isOpen(), () -> "the file is still open");
    }

    private boolean isOpen() {
        try (var entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.anyMatch(entry -> target(entry).startsWith(directory));
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException closedMeanwhile) {
            return descriptor;
        }
    }

    @Test
    void aFileAsTheWholeBodyHasItsLength() throws Exception {
        var file = open("0123456789");
        clientOf((_, response) -> response.end(file, 2, 3)).request("GET /").expectResponse("200 OK", "234");
    }

    @Test
    void aFileInPartsIsSentInChunks() throws Exception {
        var file = open("0123456789");
        var client = clientOf((_, response) -> {
            response.write("a");
            response.write(file, 0, 4);
            response.write(file, 4, 0);
            response.end(file, 8, 2);
        }).request("GET /");
        assertTrue(client.readHead().contains("Transfer-Encoding: chunked\r\n"));
        client.expect("1\r\na\r\n4\r\n0123\r\n2\r\n89\r\n0\r\n\r\n");
    }

    @Test
    void headAndNotModifiedSendNothingOfIt() throws Exception {
        var file = open("0123456789");
        var client = clientOf((request, response) -> {
            if (request.path().equals("/304")) response.status(304);
            response.end(file, 0, 10);
        });
        client.request("HEAD /").expect("HTTP/1.1 200 OK\r\n" + RawClient.DATE + "Content-Length: 10\r\n\r\n");
        client.request("GET /304");
        assertTrue(client.readHead().startsWith("HTTP/1.1 304 "));
        client.request("HEAD /").readHead();
        assertFalse(client.hasInput());
    }

    @Test
    void aFileThatBreaksTheContentLengthIsTold() throws Exception {
        var file = open("0123456789");
        var client = clientOf((_, response) -> {
            response.header("Content-Length", "9");
            assertThrows(IllegalStateException.class, () -> response.end(file, 0, 10));
            assertThrows(IllegalStateException.class, () -> response.end(file, 0, 8));
            assertThrows(IndexOutOfBoundsException.class, () -> response.end(file, 2, 9));
            response.end(file, 1, 9);
        });
        client.request("GET /").expectResponse("200 OK", "123456789");
    }

    @Test
    void aFileWaitsForItsResponsesTurn() throws Exception {
        var file = open("0123456789");
        var first = new CompletableFuture<HttpResponse>();
        var client = clientOf((request, response) -> {
            if (request.path().equals("/first")) {
                first.complete(response);
            } else {
                response.write("<");
                response.write(file, 0, 10);
                response.end(">");
            }
        });
        client.request("GET /first").request("GET /second");
        var response = await(first);
        assertFalse(client.hasInput());
        onLoop(() -> response.end("one"));
        client.expectResponse("200 OK", "one");
        assertTrue(client.readHead().contains("Transfer-Encoding: chunked\r\n"));
        client.expect("1\r\n<\r\na\r\n0123456789\r\n1\r\n>\r\n0\r\n\r\n");
    }

    @Test
    void aClientThatGoesBeforeItsTurnDropsTheFile() throws Exception {
        var file = open("0123456789");
        var second = new CompletableFuture<Void>();
        var client = clientOf((request, response) -> {
            if (request.path().equals("/first")) return;
            response.end(file, 0, 10);
            second.complete(null);
        });
        client.request("GET /first").request("GET /second");
        await(second);
        client.reset();
    }

    @Test
    void moreThanTheOutputBoundMayWaitInFiles() throws Exception {
        var file = openLong();
        var client = clientOf((_, response) -> {
            for (var i = 0; i < 3; i++) assertFalse(response.write(file, 0, LONG));
            response.end("!");
        });
        client.request("GET /", "Connection: close");
        client.readHead();
        assertTrue(client.readToEnd().endsWith("1\r\n!\r\n0\r\n\r\n"));
    }

    @Test
    void aFileThatHasBecomeShorterResetsTheConnection() throws Exception {
        var file = openLong();
        var aborted = new CompletableFuture<Void>();
        var client = clientOf((request, response) -> {
            request.onAborted(() -> aborted.complete(null));
            response.write(file, 0, LONG);
        });
        try (var channel = FileChannel.open(directory.resolve("file"), StandardOpenOption.WRITE)) {
            channel.truncate(100);
        }
        client.request("GET /").expectReset();
        await(aborted);
        assertEquals(LONG, file.size());
    }
}
