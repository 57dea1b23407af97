package dev.anillo.http.wire;

import java.nio.charset.StandardCharsets;

/// The line `Date: Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7, §6.6.1), made anew when the second has changed and
/// else copied. One for each loop: it is not to be shared between threads.
public final class DateField {
    private static final String TEMPLATE = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";

    private static final int WEEKDAY_AT = 6;
    private static final int DAY_AT = 11;
    private static final int MONTH_AT = 14;
    private static final int YEAR_AT = 18;
    private static final int HOUR_AT = 23;
    private static final int MINUTE_AT = 26;
    private static final int SECOND_AT = 29;

    private static final String WEEKDAYS = "ThuFriSatSunMonTueWed";
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

    private static final int SECONDS_PER_DAY = 86_400;

    /// The first second of the year 10000, which has no date of this form.
    private static final long SECONDS_END = 253_402_300_800L;

    private final byte[] text = TEMPLATE.getBytes(StandardCharsets.US_ASCII);
    private final Encoded line = Encoded.of(TEMPLATE);
    private long second;

    /// The whole line with its CRLF.
    ///
    /// @param epochSeconds seconds since 1970 by the caller's clock
    /// @return bytes written, or [ResponseWriter#NO_ROOM]
    /// @throws IllegalArgumentException before 1970 or after 9999
    public int write(long at, int room, long epochSeconds) {
        if (epochSeconds != second) format(epochSeconds);
        return line.write(at, room);
    }

    private void format(long epochSeconds) {
        if (epochSeconds < 0 || epochSeconds >= SECONDS_END) {
            throw new IllegalArgumentException("no date for second " + epochSeconds);
        }
        var days = (int) (epochSeconds / SECONDS_PER_DAY);
        var rest = (int) (epochSeconds % SECONDS_PER_DAY);
        put(WEEKDAY_AT, WEEKDAYS, days % 7);
        putDayMonthYear(days);
        put(HOUR_AT, rest / 3600);
        put(MINUTE_AT, rest / 60 % 60);
        put(SECOND_AT, rest % 60);
        line.set(text);
        second = epochSeconds;
    }

    /// The civil calendar in eras of 400 years that begin on 1 March, so that a leap day is the last of its year.
    private void putDayMonthYear(int days) {
        var shifted = days + 719_468; // days since 1 March of the year 0
        var era = shifted / 146_097;
        var dayOfEra = shifted % 146_097;
        var yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        var dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var monthFromMarch = (5 * dayOfYear + 2) / 153;
        var month = (monthFromMarch + 2) % 12; // January is 0
        var year = era * 400 + yearOfEra + (month < 2 ? 1 : 0);
        put(DAY_AT, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1);
        put(MONTH_AT, MONTHS, month);
        put(YEAR_AT, year / 100);
        put(YEAR_AT + 2, year % 100);
    }

    private void put(int at, String names, int index) {
        for (var i = 0; i < 3; i++) text[at + i] = (byte) names.charAt(3 * index + i);
    }

    private void put(int at, int twoDigits) {
        text[at] = (byte) ('0' + twoDigits / 10);
        text[at + 1] = (byte) ('0' + twoDigits % 10);
    }
}
