package dev.daypass.audit.reconcile;

import dev.daypass.evidence.Source;

/** A log group, and the source that its events are forwarded as. A source may have several groups. */
public record LogGroup(Source source, String name) {
    public LogGroup {
        if (!source.isEvents()) {
            throw new IllegalArgumentException(source.code() + " is no source of log events");
        }
    }
}
