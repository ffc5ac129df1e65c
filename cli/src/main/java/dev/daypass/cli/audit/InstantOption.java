package dev.daypass.cli.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time on the command line: {@code 2026-11-23T03:10:00Z}, or a day, {@code 2026-11-23}, whose beginning in UTC is meant. */
public final class InstantOption implements ITypeConverter<Instant> {
    private static final int DAY = "2026-11-23".length();

    @Override
    public Instant convert(String text) {
        try {
            return text.length() == DAY
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new TypeConversionException(
                    "expected a time such as 2026-11-23T03:10:00Z, or a day such as 2026-11-23");
        }
    }
}
