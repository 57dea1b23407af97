package dev.anillo.http.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anillo.loop.memory.Memory;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DateFieldTest {
    private static final long AT = Memory.allocate(64, 8);
    private static final long YEAR_10000 = 253_402_300_800L;
    private static final DateTimeFormatter IMF_FIXDATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final DateField date = new DateField();

    private String written(long epochSeconds) {
        return Latin1.string(AT, date.write(AT, 64, epochSeconds));
    }

    /// RFC 9110 §5.6.7: its own example.
    @Test
    void writesTheFormThatTheRfcPrefers() {
        assertEquals("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", written(784_111_777));
    }

    @Test
    void writesTheFirstAndTheLastSecondThatHaveADate() {
        assertEquals("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n", written(0));
        assertEquals("Date: Fri, 31 Dec 9999 23:59:59 GMT\r\n", written(YEAR_10000 - 1));
    }

    @Test
    void agreesWithTheJdkOnEveryDayAndOnManySeconds() {
        var random = new Random(7);
        for (var day = 0L; day < 60_000; day++) agrees(day * 86_400 + random.nextInt(86_400));
        for (var i = 0; i < 20_000; i++) agrees(random.nextLong(YEAR_10000));
    }

    private void agrees(long second) {
        assertEquals("Date: " + IMF_FIXDATE.format(Instant.ofEpochSecond(second)) + "\r\n", written(second));
    }

    @Test
    void goesBackWhenTheClockDoes() {
        var later = written(1_000_000_000);
        var earlier = written(999_999_999);
        assertEquals(later, written(1_000_000_000));
        assertEquals(earlier, written(999_999_999));
    }

    @Test
    void needsRoomForTheWholeLine() {
        assertEquals(ResponseWriter.NO_ROOM, date.write(AT, 36, 0));
        assertEquals(37, date.write(AT, 37, 0));
    }

    @Test
    void refusesSecondsWithoutADate() {
        assertThrows(IllegalArgumentException.class, () -> written(-1));
        assertThrows(IllegalArgumentException.class, () -> written(YEAR_10000));
    }
}
