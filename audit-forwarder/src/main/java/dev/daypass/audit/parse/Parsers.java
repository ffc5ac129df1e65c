package dev.daypass.audit.parse;

import dev.daypass.audit.line.Activity;
import dev.daypass.evidence.Source;

/** The parser of each source. */
public final class Parsers {
    private static final LineParser DAYPASS = guarded(new DaypassLines());
    private static final LineParser VAULT_AUDIT = guarded(new VaultAuditLines());
    private static final LineParser VAULT_SERVER = guarded(new VaultServerLines());
    private static final LineParser POSTGRESQL = guarded(new PostgresLines());
    private static final LineParser MARIADB = guarded(new MariaDbLines());

    /** The detail of a line on which a parser itself failed. No line is known to cause it. */
    static final String PARSER_FAILED = "the parser failed";

    private Parsers() {}

    /** @throws IllegalArgumentException if the source is not one of events */
    public static LineParser of(Source source) {
        return switch (source) {
            case DAYPASS -> DAYPASS;
            case VAULT_AUDIT -> VAULT_AUDIT;
            case VAULT_SERVER -> VAULT_SERVER;
            case POSTGRESQL -> POSTGRESQL;
            case MARIADB -> MARIADB;
            case INTENTS, ENDINGS, CONFIGURATIONS, RECONCILIATIONS ->
                throw new IllegalArgumentException("no source of events: " + source.code());
        };
    }

    /**
     * A fault of ours must not cost a batch: its other lines would be retried for ever with the one that caused it. The line is kept
     * and counted as unparsed, under a reason that no line has otherwise.
     */
    static LineParser guarded(LineParser parser) {
        return event -> {
            try {
                return parser.parse(event);
            } catch (RuntimeException e) {
                return Activity.unparsed(event.time(), PARSER_FAILED);
            }
        };
    }
}
