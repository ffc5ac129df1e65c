package dev.daypass.cli.session;

import dev.daypass.cli.api.BearerToken;
import dev.daypass.cli.api.DaypassApi;
import dev.daypass.cli.api.SessionView;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.cli.files.SessionFiles;
import dev.daypass.session.Handle;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;
import java.time.Duration;
import java.util.Optional;

/**
 * Ends a session that this process vended, and clears its files away: the password first, whatever the endpoint says;
 * the handle only once the end is verified, since it is what a person ends the session with.
 */
public final class Revocation {
    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final DaypassApi api;
    private final SessionId session;
    private final Optional<SessionFiles> files;
    private final Surroundings surroundings;

    public Revocation(DaypassApi api, SessionId session, Optional<SessionFiles> files, Surroundings surroundings) {
        this.api = api;
        this.session = session;
        this.files = files;
        this.surroundings = surroundings;
    }

    /** Whether the session is ending or ended; what is left to do was told. */
    public boolean run(Handle handle) {
        boolean filesGone = clear(false);
        try {
            SessionView view = ask(BearerToken.of(handle));
            if (view.status() == SessionStatus.ENDED) {
                return clear(true) && filesGone;
            }
            surroundings.tell(SessionReport.notVerified(view));
            return filesGone;
        } catch (Failure e) {
            surroundings.tell("session " + session + " could not be ended and lives until its lease does: " + e.text()
                    + " End it with: daypass session revoke " + session);
            return false;
        }
    }

    private SessionView ask(BearerToken handle) throws Failure {
        for (int left = TRIES - 1; ; left--) {
            try {
                return api.revoke(handle, session);
            } catch (Failure e) {
                if (!e.retryable() || left == 0) {
                    throw e;
                }
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Failure.unanswered("interrupted.");
            }
        }
    }

    private boolean clear(boolean handleToo) {
        try {
            if (files.isPresent()) {
                if (handleToo) {
                    files.get().deleteAll();
                } else {
                    files.get().deleteConnection();
                }
            }
            return true;
        } catch (Failure e) {
            surroundings.tell(e.text());
            return false;
        }
    }
}
