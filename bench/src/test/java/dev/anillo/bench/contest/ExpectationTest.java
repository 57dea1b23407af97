package dev.anillo.bench.contest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A server that answers wrongly must not get figures.
@Timeout(30)
class ExpectationTest {
    private static final String DATE = DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.now().atOffset(ZoneOffset.UTC));
    private static final String GOOD = "HTTP/1.1 200 OK\r\nServer: s\r\nDate: " + DATE
            + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 13\r\n\r\nHello, World!";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nServer: s\r\nDate: " + DATE
            + "\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nd\r\nHello, World!\r\n0\r\n\r\n";

    /// @param answers on one connection, one to each request
    private static Optional<String> check(String... answers) throws IOException, InterruptedException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var serving = Thread.ofVirtual().start(() -> serve(server, answers));
            var problem = new Expectation(Scenario.of("plain-64")).check(server.getLocalPort());
            serving.join();
            return problem;
        }
    }

    private static void serve(ServerSocket server, String... answers) {
        try (var client = server.accept(); var in = client.getInputStream()) {
            for (var answer : answers) {
                for (var matched = 0; matched < 4; ) {
                    var next = in.read();
                    if (next < 0) return;
                    matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : 0;
                }
                client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException _) {
            // the client has seen enough
        }
    }

    @Test
    void theRightAnswerTwiceOnOneConnectionIsFine() throws Exception {
        assertEquals(Optional.empty(), check(GOOD, GOOD));
    }

    @Test
    void whatIsWrongIsNamed() throws Exception {
        assertEquals(Optional.of("status 500"), check(GOOD.replace("200 OK", "500 No")));
        assertEquals(Optional.of("no Server field"), check(GOOD.replace("Server", "Serving")));
        assertEquals(Optional.of("Date is null"), check(GOOD.replace("Date", "Day")));
        assertEquals(Optional.of("Date is Sun, 06 Nov 1994 08:49:37 GMT"),
                check(GOOD.replace(DATE, "Sun, 06 Nov 1994 08:49:37 GMT")));
        assertEquals(Optional.of("body differs at byte 7"), check(GOOD.replace("World", "Earth")));
        assertEquals(Optional.of("body of 14 bytes, not 13"), check(GOOD.replace("Length: 13", "Length: 14").replace("World", "Planet")));
        assertEquals(Optional.of("Content-Type is text/html; charset=utf-8, not text/plain"),
                check(GOOD.replace("text/plain", "text/html")));
        assertEquals(Optional.of("no Content-Length field"), check(CHUNKED));
    }

    @Test
    void aConnectionThatIsNotKeptIsAFault() throws Exception {
        assertTrue(check(GOOD).orElseThrow().contains("connection ended"));
    }

    @Test
    void aBodyThatGoesOnIsAFault() throws Exception {
        assertEquals(Optional.of("more bytes than one answer"), check(GOOD + "!", GOOD));
    }
}
