package dev.anillo.http.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Collections;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final String HOST = "Host: a\r\n\r\n";
    private static final WireLimits SMALL = new WireLimits(64, 256, 4, 16, 64);

    private final Heads heads = new Heads(SMALL);

    /// A request line of exactly so many bytes.
    private static String lineOf(int bytes) {
        return "GET /" + "p".repeat(bytes - "GET / HTTP/1.1\r\n".length()) + " HTTP/1.1\r\n";
    }

    /// A head of exactly so many bytes.
    private static String headOf(int bytes) {
        var start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
        return start + "v".repeat(bytes - start.length() - 4) + "\r\n\r\n";
    }

    @Test
    void takesARequestLineAtTheLimit() {
        heads.accepted(lineOf(64) + HOST);
        heads.accepted("\r\n" + lineOf(64) + HOST);
    }

    @Test
    void rejectsARequestLineAboveTheLimit_9112_3() {
        heads.rejected(414, "request line longer", lineOf(65) + HOST);
        heads.rejected(414, "request line longer", "\r\n" + lineOf(65) + HOST);
    }

    @Test
    void rejectsARequestLineBeforeItsEndHasArrived_9112_3() {
        heads.unfinished("GET /" + "p".repeat(58));
        heads.rejected(414, "request line longer", "GET /" + "p".repeat(59));
    }

    @Test
    void rejectsAMethodWithoutEnd_9112_3() {
        heads.rejected(501, "method longer", "M".repeat(64));
    }

    @Test
    void takesAHeadAtTheLimit() {
        heads.accepted(headOf(256));
    }

    @Test
    void rejectsAHeadAboveTheLimit_6585_5() {
        heads.rejected(431, "header fields longer", headOf(257));
        heads.rejected(431, "header fields longer", headOf(258));
        heads.rejected(431, "header fields longer", headOf(1000));
    }

    @Test
    void rejectsAHeadOfOneNameWithoutEnd_6585_5() {
        heads.rejected(431, "header fields longer", "GET / HTTP/1.1\r\n" + "n".repeat(300));
    }

    @Test
    void rejectsAHeadOfWhiteSpaceWithoutEnd_6585_5() {
        heads.rejected(431, "header fields longer", "GET / HTTP/1.1\r\nX:" + " ".repeat(300));
    }

    @Test
    void takesAsManyHeadersAsTheLimitSays() {
        assertEquals(4, heads.acceptedWith(Collections.nCopies(3, "X: y").toArray(String[]::new)).headers().size());
    }

    @Test
    void rejectsMoreHeadersThanTheLimitSays_6585_5() {
        heads.rejectedWith(431, "more header fields", Collections.nCopies(4, "X: y").toArray(String[]::new));
    }

    /// The table of headers grows on the way there.
    @Test
    void takesAHundredHeadersByDefault() {
        var outcome = new Heads().acceptedWith(Collections.nCopies(99, "X: y").toArray(String[]::new));
        assertEquals(100, outcome.headers().size());
        new Heads().rejectedWith(431, "more header fields", Collections.nCopies(100, "X: y").toArray(String[]::new));
    }

    @Test
    void theRequestLineIsBoundByTheHeadToo() {
        new Heads(new WireLimits(1000, 64, 4, 16, 64)).rejected(414, "request line longer", lineOf(65) + HOST);
    }

    @Test
    void limitsUnderWhichNothingCouldBeParsedAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new WireLimits(1, 256, 4, 16, 64));
        assertThrows(IllegalArgumentException.class, () -> new WireLimits(64, 1, 4, 16, 64));
        assertThrows(IllegalArgumentException.class, () -> new WireLimits(64, 256, 0, 16, 64));
        assertThrows(IllegalArgumentException.class, () -> new WireLimits(64, 256, 4, -1, 64));
        assertThrows(IllegalArgumentException.class, () -> new WireLimits(64, 256, 4, 16, 1));
    }
}
