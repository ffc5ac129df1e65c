package dev.daypass.cli.options;

import dev.daypass.grant.GrantName;
import dev.daypass.session.SessionId;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How the texts of options become values. */
public final class Converters {
    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,6}h)?(\\d{1,6}m)?(\\d{1,6}s)?");

    private Converters() {}

    /** {@code 10m}, {@code 1h30m}, {@code 90s} or ISO 8601 ({@code PT10M}): empty unless it is one and above zero. */
    public static Optional<Duration> duration(String text) {
        boolean isShort = !text.isEmpty() && SHORT_DURATION.matcher(text).matches();
        try {
            var duration = Duration.parse(isShort ? "PT" + text.toUpperCase(Locale.ROOT) : text);
            return duration.isPositive() ? Optional.of(duration) : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** For picocli. */
    public static final class OfDuration implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return duration(text)
                    .orElseThrow(() -> new TypeConversionException("expected a length of time such as 10m or PT10M"));
        }
    }

    /** For picocli. */
    public static final class OfGrantName implements ITypeConverter<GrantName> {
        @Override
        public GrantName convert(String text) {
            return GrantName.parse(text)
                    .orElseThrow(() -> new TypeConversionException("expected a grant's name: 1 to 40 of a-z, 0-9 and"
                            + " single hyphens between them, beginning with a letter"));
        }
    }

    /** For picocli. */
    public static final class OfSessionId implements ITypeConverter<SessionId> {
        @Override
        public SessionId convert(String text) {
            return SessionId.parse(text)
                    .orElseThrow(() -> new TypeConversionException(
                            "expected a session's identifier: 26 characters of Crockford base32 in lower case"));
        }
    }
}
