package dev.daypass.audit.intake;

import dev.daypass.evidence.Source;

/** Forwards what MariaDB's audit plug-in writes. */
public final class MariadbHandler extends ForwardHandler {
    /** For Lambda: reads the environment, and refuses to start on a bad one. */
    public MariadbHandler() {
        super(Source.MARIADB);
    }
}
