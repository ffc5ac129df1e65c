package dev.daypass.audit.intake;

import dev.daypass.evidence.Source;

/** Forwards what the functions themselves did. */
public final class DaypassHandler extends ForwardHandler {
    /** For Lambda: reads the environment, and refuses to start on a bad one. */
    public DaypassHandler() {
        super(Source.DAYPASS);
    }
}
