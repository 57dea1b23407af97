package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {
    private static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "Sun, 06 Nov 1994 08:49:37 GMT~1994-11-06T08:49:37Z",
        "Sunday, 06-Nov-94 08:49:37 GMT~1994-11-06T08:49:37Z",
        "Sun Nov  6 08:49:37 1994~1994-11-06T08:49:37Z",
        "Sun Nov 16 08:49:37 1994~1994-11-16T08:49:37Z",
        "Thu, 29 Feb 2024 23:59:59 GMT~2024-02-29T23:59:59Z",
        "Sat, 31 Dec 2016 23:59:60 GMT~2017-01-01T00:00:00Z",
        "Mon, 06 Nov 1994 08:49:37 GMT~1994-11-06T08:49:37Z",
        "Sat, 01 Jan 0000 00:00:00 GMT~0000-01-01T00:00:00Z",
        "Fri, 31 Dec 9999 23:59:59 GMT~9999-12-31T23:59:59Z",
    })
    void readsTheThreeForms_9110_5_6_7(String text, Instant time) {
        assertEquals(Optional.of(time), HttpDate.parse(text, NOW));
    }

    /// RFC 9110 §5.6.7: more than 50 years ahead is the past.
    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "Wednesday, 01-Jul-76 12:00:00 GMT~2076-07-01T12:00:00Z",
        "Thursday, 01-Jul-76 12:00:01 GMT~1976-07-01T12:00:01Z",
        "Friday, 01-Jan-27 00:00:00 GMT~2027-01-01T00:00:00Z",
        "Saturday, 01-Jan-00 00:00:00 GMT~2000-01-01T00:00:00Z",
        "Friday, 31-Dec-99 00:00:00 GMT~1999-12-31T00:00:00Z",
        "Tuesday, 29-Feb-00 00:00:00 GMT~2000-02-29T00:00:00Z",
    })
    void readsYearsOfTwoDigitsWithinFiftyYears_9110_5_6_7(String text, Instant time) {
        assertEquals(Optional.of(time), HttpDate.parse(text, NOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "0", "now", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 gmt",
        "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun,06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 00:60:00 GMT", "Sun, 06 Nov 1994 00:00:61 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT", "Thu, 29 Feb 1900 00:00:00 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 19940 08:49:37 GMT", "Sun Nov 6 08:49:37 1994", "Sun Nov 06 08:49:37 94",
        "Sun, 06-Nov-94 08:49:37 GMT", "Sunday, 06-Nov-1994 08:49:37 GMT", "Sunday, 06 Nov 1994 08:49:37 GMT",
        "Sonntag, 06-Nov-94 08:49:37 GMT", "Xyz, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Xyz 1994 08:49:37 GMT",
        "S, 06 Nov 1994 08:49:37 GMT", "Sun, 06 \"", "Sunday, 06-", "Sun ", "Sun, ", "1994-11-06T08:49:37Z"})
    void isEmptyWhenMalformed_9110_5_6_7(String text) {
        assertEquals(Optional.empty(), HttpDate.parse(text, NOW));
    }

    @Test
    void writesWhatTheLibraryWrites() {
        var library = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
                .withZone(ZoneOffset.UTC);
        var seconds = new Random(5).longs(10_000, -62_135_596_800L, 253_402_300_800L); // the years 1 to 9999
        seconds.mapToObj(Instant::ofEpochSecond).forEach(time -> {
            var text = HttpDate.format(time.plusNanos(999_999_999));
            assertEquals(library.format(time), text);
            assertEquals(Optional.of(time), HttpDate.parse(text));
        });
    }

    @Test
    void refusesToWriteYearsWithoutFourDigits() {
        assertThrows(IllegalArgumentException.class, () -> HttpDate.format(Instant.ofEpochSecond(253_402_300_800L)));
        assertThrows(IllegalArgumentException.class, () -> HttpDate.format(Instant.MAX));
        assertThrows(IllegalArgumentException.class, () -> HttpDate.format(Instant.MIN));
    }
}
