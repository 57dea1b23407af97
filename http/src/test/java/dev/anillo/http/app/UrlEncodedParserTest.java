package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.memory.Memory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every body is read whole, byte by byte and in every split in two. Characters stand for bytes (latin-1).
class UrlEncodedParserTest {
    private static final long SEED = Long.getLong("anillo.seed", System.nanoTime());
    private static final int ROOM = 64 * 1024;
    private static final long MEMORY = Memory.allocate(ROOM, 8);

    private UrlEncodedReader limits = UrlEncodedReader.create();

    /// Either is null.
    private record Outcome(Query fields, Refusal refusal) {}

    /// `name=value|name=value`.
    private String accepted(String body) {
        var outcome = parsed(body);
        assertEquals(null, outcome.refusal(), body);
        return outcome.fields().parameters().stream().map(field -> field.name() + "=" + field.value())
                .collect(Collectors.joining("|"));
    }

    private void rejected(int status, String reason, String body) {
        var refusal = parsed(body).refusal();
        assertNotNull(refusal, () -> "accepted: " + body);
        assertEquals(status, refusal.status(), refusal.reason());
        assertTrue(refusal.reason().contains(reason), () -> refusal.reason() + " does not say: " + reason);
    }

    private Outcome parsed(String body) {
        var whole = read(body);
        assertEquals(whole, read(body.split("")), () -> "byte by byte: " + body);
        for (var split = 0; split <= body.length(); split++) {
            var at = split;
            var inTwo = read(body.substring(0, split), body.substring(split));
            assertEquals(whole, inTwo, () -> "split at " + at + ": " + body);
        }
        return whole;
    }

    private Outcome read(String... pieces) {
        var parser = new UrlEncodedParser(limits);
        for (var piece : pieces) {
            Memory.copy(piece.getBytes(StandardCharsets.ISO_8859_1), 0, MEMORY, piece.length());
            var good = new boolean[1];
            Memory.within(MEMORY, MEMORY + piece.length(), () -> good[0] = parser.read(MEMORY, piece.length()));
            assertEquals(good[0], parser.refusal() == null);
            if (!good[0]) break;
        }
        var fields = parser.finish();
        assertEquals(fields == null, parser.refusal() != null);
        return new Outcome(fields, parser.refusal());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', quoteCharacter = '`',
            value = {"a=b a=b", "a=b&c=d a=b|c=d", "a=1&a=2 a=1|a=2", "a a=", "a= a=", "=b =b", "= =",
        "a=b=c a=b=c", "&&a=b&&c&& a=b|c=", "a+b=c+d `a b=c d`", "%61%3D=%26%2b a==&+", "a;b=c a;b=c"})
    void decodesFieldsInOrder(String body, String fields) {
        assertEquals(fields, accepted(body));
    }

    @Test
    void anEmptyBodyHasNoFields() {
        assertEquals("", accepted(""));
        assertEquals("", accepted("&"));
    }

    @Test
    void decodesUtf8_URL_5_1() {
        assertEquals("ñ=🙂", accepted("%C3%B1=%f0%9F%99%82"));
        assertEquals("ñ=x", accepted("\u00c3\u00b1=x"));
        assertEquals("a=\0", accepted("a=%00"));
        assertEquals("a=\uFFFD\uFEFF", accepted("a=%EF%BF%BD%EF%BB%BF"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%4", "a=%4&b=c", "a=%&b", "a=%zz", "a=%4g", "a=%g4", "%=a", "a=%%41", "a=%+1",
        "a=% 1", "a=%u0041", "%", "a=%\u00b2\u00b2"})
    void rejectsAMalformedEscape_3986_2_1(String body) {
        rejected(400, "two hexadecimal digits", body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%E9", "a=%C0%AF", "%ED%A0%80=a", "a=%E2%82", "a=%E2&b=%82%AC", "a=\u00e9&b",
        "a=%F4%90%80%80", "a=%80"})
    void rejectsWhatIsNotUtf8_3629_3(String body) {
        rejected(400, "not UTF-8", body);
    }

    @Test
    void takesFieldsUpToTheLimits() {
        limits = UrlEncodedReader.create().bytesMax(22).fieldsMax(3).nameBytesMax(3).valueBytesMax(4);
        assertEquals("abc=1234|d=|e=", accepted("abc=1234&d&%65"));
        assertEquals("abc=1234|d=1", accepted("abc=%31%32%334&d=1"));
        rejected(413, "more form fields", "a&b&c&d");
        rejected(413, "name of a form field", "abcd=1");
        rejected(413, "value of a form field", "a=12345");
        assertEquals("a=1234|b=1234|c=1234", accepted("a=1234&b=1234&c=1234&&"));
        rejected(413, "body longer", "a=1234&b=1234&c=1234&&&");
        rejected(413, "body longer", "&".repeat(100));
    }

    @Test
    void whatAnEncoderWritesComesBackHoweverItIsCut() {
        var random = new SplittableRandom(SEED);
        for (var i = 0; i < 2_000; i++) {
            var name = text(random);
            var value = text(random);
            var body = URLEncoder.encode(name, StandardCharsets.UTF_8) + "="
                    + URLEncoder.encode(value, StandardCharsets.UTF_8);
            var at = random.nextInt(body.length() + 1);
            var inTwo = read(body.substring(0, at), body.substring(at));
            assertEquals(name + "=" + value, fieldsText(inTwo), () -> "seed " + SEED);
        }
    }

    @Test
    void anyBytesAreReadOrRefusedAndTheSameHoweverTheyAreCut() {
        var random = new SplittableRandom(SEED);
        limits = UrlEncodedReader.create().bytesMax(60).fieldsMax(8).nameBytesMax(10).valueBytesMax(20);
        for (var i = 0; i < 20_000; i++) {
            var body = bytes(random);
            var whole = read(body);
            var at = random.nextInt(body.length() + 1);
            var to = at + random.nextInt(body.length() + 1 - at);
            var inThree = read(body.substring(0, at), body.substring(at, to), body.substring(to));
            assertEquals(whole, inThree, () -> "seed " + SEED + ": " + body);
        }
    }

    private static String fieldsText(Outcome outcome) {
        var field = outcome.fields().parameters().getFirst();
        return field.name() + "=" + field.value();
    }

    private static String text(SplittableRandom random) {
        return random.ints(1 + random.nextInt(12), 1, Character.MAX_CODE_POINT + 1)
                .map(c -> random.nextBoolean() ? c & 0x7F : c)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .mapToObj(Character::toString).collect(Collectors.joining("", "x", ""));
    }

    private static String bytes(SplittableRandom random) {
        var alphabet = "&=+%4aF\u00c3\u00a9x";
        return random.ints(random.nextInt(80), 0, alphabet.length()).mapToObj(i -> alphabet.substring(i, i + 1))
                .collect(Collectors.joining());
    }
}
