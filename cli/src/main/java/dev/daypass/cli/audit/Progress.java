package dev.daypass.cli.audit;

import dev.daypass.cli.console.Surroundings;
import java.time.Duration;
import java.time.Instant;

/** Tells on standard error, every few seconds, how far a long command has come. Thread-safe. */
final class Progress {
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final Surroundings surroundings;
    private final String verb;
    private Instant next;
    private boolean told;
    private long objects;
    private long bytes;

    /** @param verb what is done with the objects, as in "read" */
    Progress(Surroundings surroundings, String verb) {
        this.surroundings = surroundings;
        this.verb = verb;
        this.next = surroundings.clock().instant().plus(EVERY);
    }

    /** One object more. */
    synchronized void object(long size) {
        objects++;
        bytes += size;
        at(objects, bytes);
    }

    /** So far. */
    synchronized void at(long objectsSoFar, long bytesSoFar) {
        objects = objectsSoFar;
        bytes = bytesSoFar;
        var now = surroundings.clock().instant();
        if (!now.isBefore(next)) {
            next = now.plus(EVERY);
            told = true;
            tell();
        }
    }

    /** All of it; says so only where something was said before. */
    synchronized void done() {
        if (told) {
            tell();
        }
    }

    private void tell() {
        surroundings.tell("%s %d objects, %.1f MB".formatted(verb, objects, bytes / 1e6));
    }
}
