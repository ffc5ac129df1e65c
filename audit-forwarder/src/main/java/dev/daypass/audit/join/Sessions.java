package dev.daypass.audit.join;

import dev.daypass.session.SessionId;
import java.util.Optional;

/** Looks up who is behind a session. */
@FunctionalInterface
public interface Sessions {
    /**
     * @return empty if there is no such session: no locked intent of it
     * @throws RuntimeException if that cannot be known now; never taken for an absence
     */
    Optional<SessionFacts> find(SessionId session);
}
