package dev.daypass.cli.exec;

import dev.daypass.cli.api.DaypassApi;
import dev.daypass.cli.api.Vended;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.cli.files.SessionFiles;
import dev.daypass.cli.session.Revocation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A session that is ended exactly once, however this process comes to its end: in the ordinary way, or from the
 * shutdown hook when something else stops the JVM. Thread-safe.
 */
final class LiveSession {
    private final DaypassApi api;
    private final Vended vended;
    private final Surroundings surroundings;
    private final Thread hook = Thread.ofPlatform().name("ending").unstarted(this::stop);

    private Optional<SessionFiles> files = Optional.empty();
    private @Nullable Process child;
    private @Nullable Boolean ended;

    LiveSession(DaypassApi api, Vended vended, Surroundings surroundings) {
        this.api = api;
        this.vended = vended;
        this.surroundings = surroundings;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    synchronized void has(SessionFiles itsFiles) {
        files = Optional.of(itsFiles);
    }

    synchronized void isUsedBy(Process process) {
        child = process;
    }

    /** Whether the session is ended or ending and its files are gone; what is left to do was told. */
    synchronized boolean end() {
        if (ended == null) {
            ended = new Revocation(api, vended.session(), files, surroundings).run(vended.handle());
        }
        return ended;
    }

    private synchronized void stop() {
        if (child != null && ended == null) {
            child.destroy();
        }
        end();
    }
}
