package dev.anillo.http.app;

import static dev.anillo.http.app.Conditional.Outcome.NOT_MODIFIED;
import static dev.anillo.http.app.Conditional.Outcome.PRECONDITION_FAILED;
import static dev.anillo.http.app.Conditional.Outcome.PROCEED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anillo.http.app.Conditional.Outcome;
import dev.anillo.http.app.Fakes.Answer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionalTest {
    private static final String THEN = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final String BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
    private static final String AFTER = "Sun, 06 Nov 1994 08:49:38 GMT";
    private static final Instant TIME = Instant.parse("1994-11-06T08:49:37.5Z");

    /// `-` for a state without tag, `absent` for none at all.
    private static Conditional state(String tag) {
        return switch (tag) {
            case "absent" -> Conditional.absent();
            case "-" -> Conditional.on(null, TIME);
            default -> Conditional.on(ETag.parse(tag).orElseThrow(), TIME);
        };
    }

    private static Outcome evaluate(String tag, String method, String... fields) {
        return state(tag).evaluate(Fakes.request(method, "/", fields));
    }

    /// RFC 9110 §13.2.2, step 1: strong comparison.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "\"a\"|\"a\"|PROCEED",
        "\"a\"|\"b\", \"a\"|PROCEED",
        "\"a\"|\"b,\",,\"a\"|PROCEED",
        "\"a\"|*|PROCEED",
        "-|*|PROCEED",
        "\"a\"|\"b\"|PRECONDITION_FAILED",
        "\"a\"|W/\"a\"|PRECONDITION_FAILED",
        "W/\"a\"|W/\"a\"|PRECONDITION_FAILED",
        "W/\"a\"|\"a\"|PRECONDITION_FAILED",
        "-|\"a\"|PRECONDITION_FAILED",
        "absent|*|PRECONDITION_FAILED",
        "absent|\"a\"|PRECONDITION_FAILED",
        "\"a\"|a|PRECONDITION_FAILED",
        "\"a\"|\"a\", b|PRECONDITION_FAILED",
        "\"a\"|\"a|PRECONDITION_FAILED",
        "\"a\"|^^|PRECONDITION_FAILED",
    })
    void ifMatchComparesStrongly_9110_13_1_1(String tag, String field, Outcome outcome) {
        for (var method : List.of("GET", "PUT")) {
            assertEquals(outcome, evaluate(tag, method, "If-Match: " + field));
            assertEquals(outcome, evaluate(tag, method, "If-Match: " + field, "If-Unmodified-Since: " + BEFORE),
                    "If-Match outranks the date");
        }
    }

    /// RFC 9110 §13.2.2, step 2.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        BEFORE + "|PRECONDITION_FAILED", THEN + "|PROCEED", AFTER + "|PROCEED", "yesterday|PROCEED",
        BEFORE + ", " + BEFORE + "|PROCEED"})
    void ifUnmodifiedSinceComparesDates_9110_13_1_4(String date, Outcome outcome) {
        for (var method : List.of("GET", "DELETE")) {
            assertEquals(outcome, evaluate("\"a\"", method, "If-Unmodified-Since: " + date));
        }
        assertEquals(PROCEED, evaluate("absent", "PUT", "If-Unmodified-Since: " + date));
    }

    /// RFC 9110 §13.2.2, step 3: weak comparison.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "\"a\"|\"a\"|NOT_MODIFIED|PRECONDITION_FAILED",
        "\"a\"|W/\"a\"|NOT_MODIFIED|PRECONDITION_FAILED",
        "W/\"a\"|\"a\"|NOT_MODIFIED|PRECONDITION_FAILED",
        "\"a\"|W/\"b\", W/\"a\"|NOT_MODIFIED|PRECONDITION_FAILED",
        "\"a\"|*|NOT_MODIFIED|PRECONDITION_FAILED",
        "-|*|NOT_MODIFIED|PRECONDITION_FAILED",
        "\"a\"|\"b\"|PROCEED|PROCEED",
        "\"a\"|\"A\"|PROCEED|PROCEED",
        "-|\"a\"|PROCEED|PROCEED",
        "absent|*|PROCEED|PROCEED",
        "absent|\"a\"|PROCEED|PROCEED",
        "\"a\"|a|PROCEED|PRECONDITION_FAILED",
        "\"a\"|\"a\"x|PROCEED|PRECONDITION_FAILED",
        "\"a\"|w/\"a\"|PROCEED|PRECONDITION_FAILED",
        "\"a\"|\"a\", *|PROCEED|PRECONDITION_FAILED",
    })
    void ifNoneMatchComparesWeakly_9110_13_1_2(String tag, String field, Outcome reading, Outcome writing) {
        for (var date : List.of(BEFORE, THEN)) {
            var since = "If-Modified-Since: " + date; // outranked
            assertEquals(reading, evaluate(tag, "GET", "If-None-Match: " + field, since));
            assertEquals(reading, evaluate(tag, "HEAD", "If-None-Match: " + field, since));
            assertEquals(writing, evaluate(tag, "PUT", "If-None-Match: " + field, since));
        }
    }

    /// RFC 9110 §13.2.2, step 4.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        BEFORE + "|PROCEED", THEN + "|NOT_MODIFIED", AFTER + "|NOT_MODIFIED", "yesterday|PROCEED",
        THEN + ", " + THEN + "|PROCEED",
        "Sunday, 06-Nov-94 08:49:37 GMT|NOT_MODIFIED", "Sun Nov  6 08:49:37 1994|NOT_MODIFIED"})
    void ifModifiedSinceComparesDatesOfReadsAlone_9110_13_1_3(String date, Outcome outcome) {
        assertEquals(outcome, evaluate("\"a\"", "GET", "If-Modified-Since: " + date));
        assertEquals(outcome, evaluate("-", "HEAD", "If-Modified-Since: " + date));
        assertEquals(PROCEED, evaluate("\"a\"", "POST", "If-Modified-Since: " + date));
        assertEquals(PROCEED, evaluate("absent", "GET", "If-Modified-Since: " + date));
    }

    /// RFC 9110 §13.2.2: one step after the other.
    @Test
    void evaluatesInOrder() {
        assertEquals(PRECONDITION_FAILED, evaluate("\"a\"", "GET", "If-Match: \"b\"", "If-None-Match: \"a\""));
        assertEquals(NOT_MODIFIED, evaluate("\"a\"", "GET", "If-Match: \"a\"", "If-None-Match: \"a\""));
        assertEquals(PRECONDITION_FAILED, evaluate("\"a\"", "GET", "If-Unmodified-Since: " + BEFORE,
                "If-Modified-Since: " + THEN));
        assertEquals(NOT_MODIFIED, evaluate("\"a\"", "GET", "If-Unmodified-Since: " + THEN,
                "If-Modified-Since: " + THEN));
        assertEquals(PROCEED, evaluate("\"a\"", "GET"));
    }

    @ParameterizedTest
    @CsvSource({"OPTIONS", "TRACE", "CONNECT"})
    void methodsWithoutConditionsIgnoreThem_9110_13_2_1(String method) {
        assertEquals(PROCEED, evaluate("\"a\"", method, "If-Match: \"b\""));
    }

    /// RFC 9110 §13.1.5 and step 5 of §13.2.2.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "\"a\"|\"a\"|true", "\"a\"|\"b\"|false", "W/\"a\"|W/\"a\"|false", "\"a\"|W/\"a\"|false", "\"a\"|*|false",
        "\"a\"|\"a\", \"a\"|false", "\"a\"|" + THEN + "|true", "-|" + THEN + "|true", "\"a\"|" + BEFORE + "|false",
        "\"a\"|" + AFTER + "|false", "\"a\"|junk|false", "absent|\"a\"|false", "absent|" + THEN + "|false"})
    void rangesApplyToTheStateThatIfRangeNames(String tag, String field, boolean applies) {
        var request = Fakes.request("GET", "/", "Range: bytes=0-", "If-Range: " + field);
        assertEquals(applies, state(tag).rangeApplies(request));
    }

    @Test
    void rangesApplyToGetAlone_9110_14_2() {
        assertEquals(true, state("\"a\"").rangeApplies(Fakes.request("GET", "/", "Range: bytes=0-")));
        assertEquals(false, state("\"a\"").rangeApplies(Fakes.request("HEAD", "/", "Range: bytes=0-")));
        assertEquals(false, state("\"a\"").rangeApplies(Fakes.request("GET", "/", "If-Range: \"a\"")));
    }

    @Test
    void describesTheState_9110_15_4_5() {
        var answer = new Answer();
        state("W/\"a\"").describe(answer.response());
        assertEquals(List.of("ETag: W/\"a\"", "Last-Modified: " + THEN), answer.fields);
    }

    @Test
    void tagsAreBoundedAndChecked_9110_8_8_3() {
        var most = "If-None-Match: " + "\"b\",".repeat(ETag.LIST_COUNT_MAX - 1) + "\"a\"";
        assertEquals(NOT_MODIFIED, evaluate("\"a\"", "GET", most));
        assertEquals(PROCEED, evaluate("\"a\"", "GET", most + ",\"c\""));
        for (var opaque : List.of("a\"b", "a b", "a\r\n", "\0", "\u0100", "\u007f")) {
            assertThrows(IllegalArgumentException.class, () -> ETag.strong(opaque));
        }
        assertEquals("\"\"", ETag.strong("").toString());
        assertEquals("W/\"a\\é\"", ETag.weak("a\\é").toString());
        assertThrows(IllegalArgumentException.class, () -> new Conditional(false, ETag.weak("a"), null));
    }
}
