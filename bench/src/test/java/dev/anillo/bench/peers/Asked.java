package dev.anillo.bench.peers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

/// Asks a server for every workload once, and compares the answers with what [Workload] says.
record Asked(int port) {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final int PIPELINED = 16;
    private static final byte[] UPLOAD = upload();

    private static byte[] upload() {
        var bytes = new byte[300_000];
        for (var i = 0; i < bytes.length; i++) bytes[i] = (byte) (i * 31);
        return bytes;
    }

    void answersAllOf(Set<Workload> workloads) throws Exception {
        try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (var workload : workloads) check(client, workload);
        }
        if (workloads.contains(Workload.PLAINTEXT)) answersPipelinedRequests();
    }

    private void check(HttpClient client, Workload workload) throws Exception {
        switch (workload) {
            case ROOT -> is("ok", "text/plain", get(client, "/"));
            case PLAINTEXT -> is("Hello, World!", "text/plain", get(client, "/plaintext"));
            case JSON -> is("{\"message\":\"Hello, World!\"}", "application/json", get(client, "/json"));
            case ECHO -> {
                is(UPLOAD, "application/octet-stream", post(client, UPLOAD));
                is(new byte[0], "application/octet-stream", post(client, new byte[0]));
            }
            case BYTES -> {
                for (var count : new int[] {0, 1, 65_536, 16 << 20}) {
                    is(Contender.filled(count), "application/octet-stream", get(client, "/bytes/" + count));
                }
            }
            case FILE -> assertArrayEquals(Contender.filled(1 << 20), ok(get(client, "/file/1m")).body());
        }
    }

    private HttpResponse<byte[]> get(HttpClient client, String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> post(HttpClient client, byte[] body) throws Exception {
        return client.send(request("/echo").POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(ANSWER_MAX);
    }

    private static void is(String body, String type, HttpResponse<byte[]> response) {
        is(body.getBytes(StandardCharsets.US_ASCII), type, response);
    }

    private static void is(byte[] body, String type, HttpResponse<byte[]> response) {
        assertArrayEquals(body, ok(response).body());
        var told = response.headers().firstValue("content-type").orElse("none");
        assertTrue(told.startsWith(type), () -> response.uri() + " has the type " + told);
    }

    private static HttpResponse<byte[]> ok(HttpResponse<byte[]> response) {
        assertEquals(200, response.statusCode(), () -> response.uri().toString());
        assertTrue(response.headers().firstValue("server").isPresent(), () -> response.uri() + " has no Server");
        assertTrue(response.headers().firstValue("date").isPresent(), () -> response.uri() + " has no Date");
        return response;
    }

    private void answersPipelinedRequests() throws IOException {
        var requests = "GET /plaintext HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(PIPELINED);
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout((int) ANSWER_MAX.toMillis());
            socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
            var answers = new StringBuilder();
            var part = new byte[4_096];
            while (answers.toString().split("Hello, World!", -1).length <= PIPELINED) {
                var count = socket.getInputStream().read(part);
                assertTrue(count > 0, () -> "the end came after: " + answers);
                answers.append(new String(part, 0, count, StandardCharsets.US_ASCII));
            }
        }
    }

    /// Whether something listens by now.
    boolean connects() throws IOException {
        try (var _ = new Socket("127.0.0.1", port)) {
            return true;
        } catch (ConnectException _) {
            return false;
        }
    }
}
