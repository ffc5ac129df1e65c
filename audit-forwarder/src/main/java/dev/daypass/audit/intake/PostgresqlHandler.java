package dev.daypass.audit.intake;

import dev.daypass.evidence.Source;

/** Forwards PostgreSQL's log. */
public final class PostgresqlHandler extends ForwardHandler {
    /** For Lambda: reads the environment, and refuses to start on a bad one. */
    public PostgresqlHandler() {
        super(Source.POSTGRESQL);
    }
}
