package dev.daypass.audit.parse;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** The sources' ways of writing a time, without a formatter: they are read once for every line. */
final class Times {
    private static final int DATE_AND_TIME = 19;
    private static final int SECONDS_A_DAY = 86_400;

    private Times() {}

    /**
     * {@code yyyy-MM-dd HH:mm:ss}, with {@code T} or a space between, a fraction of up to nine digits, and a zone that is {@code Z}, a
     * name of UTC, or an offset. Null if it is anything else: a zone's abbreviation such as {@code CST} has more than one meaning.
     */
    static @Nullable Instant parse(String text) {
        if (text.length() <= DATE_AND_TIME
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(10) != ' ' && text.charAt(10) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':') {
            return null;
        }
        int at = DATE_AND_TIME;
        int nanos = 0;
        if (text.charAt(at) == '.') {
            at++;
            int unit = 100_000_000;
            int digits = at;
            while (at < text.length() && isDigit(text.charAt(at))) {
                if (unit == 0) {
                    return null;
                }
                nanos += (text.charAt(at) - '0') * unit;
                unit /= 10;
                at++;
            }
            if (at == digits) {
                return null;
            }
        }
        if (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        long offset = offset(text, at);
        return offset == Long.MIN_VALUE
                ? null
                : instant(
                        number(text, 0, 4),
                        number(text, 5, 2),
                        number(text, 8, 2),
                        secondOfDay(number(text, 11, 2), number(text, 14, 2), number(text, 17, 2)) - offset,
                        nanos);
    }

    /** {@code yyyyMMdd HH:mm:ss} in UTC; null if it is anything else. */
    static @Nullable Instant parseCompact(String text) {
        if (text.length() != 17 || text.charAt(8) != ' ' || text.charAt(11) != ':' || text.charAt(14) != ':') {
            return null;
        }
        return instant(
                number(text, 0, 4),
                number(text, 4, 2),
                number(text, 6, 2),
                secondOfDay(number(text, 9, 2), number(text, 12, 2), number(text, 15, 2)),
                0);
    }

    private static @Nullable Instant instant(int year, int month, int day, long second, int nanos) {
        // A number or a second of the day that was nonsense is more than two days below zero, offset and all.
        if (year < 0 || month < 1 || day < 1 || second < -2L * SECONDS_A_DAY) {
            return null;
        }
        try {
            return Instant.ofEpochSecond(LocalDate.of(year, month, day).toEpochDay() * SECONDS_A_DAY + second, nanos);
        } catch (DateTimeException e) {
            // a day that its month does not have
            return null;
        }
    }

    private static long secondOfDay(int hours, int minutes, int seconds) {
        return hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59
                ? -4L * SECONDS_A_DAY
                : hours * 3600L + minutes * 60L + seconds;
    }

    /** Seconds east of UTC, or {@link Long#MIN_VALUE}. */
    private static long offset(String text, int at) {
        int length = text.length() - at;
        if (length > 0 && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
            int minutesAt = length == 6 && text.charAt(at + 3) == ':' ? at + 4 : at + 3;
            int hours = length >= 3 ? number(text, at + 1, 2) : -1;
            int minutes = length == 3 ? 0 : minutesAt + 2 == text.length() ? number(text, minutesAt, 2) : -1;
            if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
                return Long.MIN_VALUE;
            }
            long seconds = hours * 3600L + minutes * 60L;
            return text.charAt(at) == '-' ? -seconds : seconds;
        }
        return switch (text.substring(at)) {
            case "UTC", "GMT", "Z", "UCT" -> 0;
            default -> Long.MIN_VALUE;
        };
    }

    private static int number(String text, int at, int digits) {
        int value = 0;
        for (int i = at; i < at + digits; i++) {
            char c = text.charAt(i);
            if (!isDigit(c)) {
                return -1;
            }
            value = value * 10 + c - '0';
        }
        return value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
