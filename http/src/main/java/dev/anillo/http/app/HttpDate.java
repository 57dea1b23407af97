package dev.anillo.http.app;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/// Points in time as fields tell them (RFC 9110 §5.6.7), in whole seconds.
///
///     Sun, 06 Nov 1994 08:49:37 GMT     IMF-fixdate, the one that is written
///     Sunday, 06-Nov-94 08:49:37 GMT    obsolete, of RFC 850
///     Sun Nov  6 08:49:37 1994          obsolete, of C's asctime
public final class HttpDate {
    private static final List<String> DAYS =
            List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
    private static final List<String> MONTHS =
            List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
    private static final int YEARS_AHEAD_MAX = 50;

    private HttpDate() {}

    /// As IMF-fixdate; parts of a second are cut off.
    ///
    /// @throws IllegalArgumentException outside of the years 0 to 9999, which have no date of this form
    public static String format(Instant time) {
        LocalDateTime utc;
        try {
            utc = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
        } catch (DateTimeException beyond) {
            throw new IllegalArgumentException("no date of HTTP: " + time, beyond);
        }
        if (utc.getYear() < 0 || utc.getYear() > 9999) throw new IllegalArgumentException("no date of HTTP: " + time);
        var text = new StringBuilder(29).append(DAYS.get(utc.getDayOfWeek().ordinal()), 0, 3).append(", ");
        twoDigits(text, utc.getDayOfMonth()).append(' ').append(MONTHS.get(utc.getMonthValue() - 1)).append(' ');
        twoDigits(text, utc.getYear() / 100);
        twoDigits(text, utc.getYear() % 100).append(' ');
        twoDigits(text, utc.getHour()).append(':');
        twoDigits(text, utc.getMinute()).append(':');
        return twoDigits(text, utc.getSecond()).append(" GMT").toString();
    }

    private static StringBuilder twoDigits(StringBuilder text, int number) {
        return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    /// Any of the three forms, case-sensitive. The day of the week is to be one, but not looked up in the calendar; a
    /// leap second is the one after it.
    ///
    /// @param now what tells the century of a year with two digits: such a date is at the most 50 years ahead
    /// @return empty when malformed
    public static Optional<Instant> parse(String text, Instant now) {
        var cursor = new Cursor(text);
        var day = cursor.token();
        if (day == null) return Optional.empty();
        var isShort = day.length() == 3 && DAYS.stream().anyMatch(name -> name.startsWith(day));
        var date = isShort && cursor.take(", ") ? imfFixdate(cursor)
                : isShort && cursor.take(' ') ? asctime(cursor)
                : DAYS.contains(day) && cursor.take(", ") ? rfc850(cursor, now) : null;
        return cursor.atEnd() ? Optional.ofNullable(date) : Optional.empty();
    }

    /// As [#parse(String, Instant)] with the system's clock.
    public static Optional<Instant> parse(String text) {
        return parse(text, Instant.now());
    }

    private static Instant imfFixdate(Cursor cursor) {
        var day = cursor.digits(2);
        if (!cursor.take(' ')) return null;
        var month = month(cursor);
        if (!cursor.take(' ')) return null;
        var year = cursor.digits(4);
        if (!cursor.take(' ')) return null;
        var second = secondOfDay(cursor);
        return cursor.take(" GMT") ? instant(year, month, day, second) : null;
    }

    private static Instant rfc850(Cursor cursor, Instant now) {
        var day = cursor.digits(2);
        if (!cursor.take('-')) return null;
        var month = month(cursor);
        if (!cursor.take('-')) return null;
        var year = cursor.digits(2);
        if (year < 0 || !cursor.take(' ')) return null;
        var second = secondOfDay(cursor);
        if (!cursor.take(" GMT")) return null;
        var latest = LocalDateTime.ofInstant(now, ZoneOffset.UTC).plusYears(YEARS_AHEAD_MAX);
        var latestCentury = latest.getYear() / 100 * 100;
        var date = instant(latestCentury + year, month, day, second);
        var isAhead = date == null || date.isAfter(latest.toInstant(ZoneOffset.UTC)); // null: 29 February of a century
        return isAhead ? instant(latestCentury - 100 + year, month, day, second) : date;
    }

    private static Instant asctime(Cursor cursor) {
        var month = month(cursor);
        if (!cursor.take(' ')) return null;
        var day = cursor.digits(cursor.take(' ') ? 1 : 2);
        if (!cursor.take(' ')) return null;
        var second = secondOfDay(cursor);
        if (!cursor.take(' ')) return null;
        return instant(cursor.digits(4), month, day, second);
    }

    /// 1 to 12, or 0.
    private static int month(Cursor cursor) {
        var name = cursor.token(3);
        return name == null ? 0 : MONTHS.indexOf(name) + 1;
    }

    /// Negative when malformed.
    private static int secondOfDay(Cursor cursor) {
        var hour = cursor.digits(2);
        if (!cursor.take(':')) return -1;
        var minute = cursor.digits(2);
        if (!cursor.take(':')) return -1;
        var second = cursor.digits(2);
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return -1;
        return (hour * 60 + minute) * 60 + second;
    }

    /// Null when there is no such day.
    private static Instant instant(int year, int month, int day, int secondOfDay) {
        if (year < 0 || month < 1 || day < 1 || secondOfDay < 0) return null;
        var first = LocalDate.of(year, month, 1);
        if (day > first.lengthOfMonth()) return null;
        return first.atStartOfDay().plusDays(day - 1).plusSeconds(secondOfDay).toInstant(ZoneOffset.UTC);
    }
}
