package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anillo.http.app.MultipartReader;
import dev.anillo.http.app.UrlEncodedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/// A few bytes that would become many: nothing in the server decompresses, so there is nothing to bound.
class DecompressionTest extends ServerTest {
    private static final int BOMB_BYTES = 16 << 20;

    /// 16 KiB that say 16 MiB.
    private static byte[] bomb() {
        var bytes = new ByteArrayOutputStream();
        try (var compressing = new GZIPOutputStream(bytes)) {
            compressing.write(new byte[BOMB_BYTES]);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    @Test
    void aBodyWithAContentEncodingComesAsItWasSent() {
        var bomb = bomb();
        var lengths = new LinkedBlockingQueue<Integer>();
        var client = clientOf((request, response) -> request.bodyAsBytes(64 * 1024).thenAccept(body -> {
            lengths.add(body.length);
            response.end(request.header("Content-Encoding"));
        }));
        for (var coding : List.of("gzip", "deflate", "br", "gzip, gzip")) {
            client.request("POST /", "Content-Encoding: " + coding, "Content-Length: " + bomb.length).send(bomb)
                    .expectResponse("200 OK", coding);
            assertEquals(bomb.length, Deadline.next(lengths));
        }
    }

    @Test
    void aFormWithAContentEncodingIsAnswered415() {
        var bomb = bomb();
        var forms = UrlEncodedReader.create();
        var uploads = MultipartReader.create();
        var client = clientOf((request, response) -> {
            if (request.path().equals("/form")) forms.read(request, response, _ -> response.end("taken"));
            else uploads.read(request, response, _ -> {}, () -> response.end("taken"));
        });
        for (var type : List.of("application/x-www-form-urlencoded", "multipart/form-data; boundary=B")) {
            client.request(type.startsWith("multipart") ? "POST /upload" : "POST /form", "Content-Type: " + type,
                    "Content-Encoding: gzip", "Content-Length: " + bomb.length).send(bomb)
                    .expectResponse("415 Unsupported Media Type", "form with a Content-Encoding (RFC 9110 §8.4)\n"
                            .replace("§", "\u00c2\u00a7"), "Content-Type: text/plain; charset=utf-8");
        }
    }

    @Test
    void aCompressedTransferIsAnswered501() {
        var client = clientOf((_, response) -> response.end("taken"));
        var answer = client.request("POST /", "Transfer-Encoding: gzip, chunked").readToEnd();
        assertEquals("HTTP/1.1 501 Not Implemented", answer.lines().findFirst().orElseThrow());
    }
}
