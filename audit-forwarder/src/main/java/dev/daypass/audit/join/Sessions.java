package dev.daypass.audit.join;

import dev.daypass.session.SessionId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks up who is behind a session. */
@FunctionalInterface
public interface Sessions {
    /**
     * @return empty if there is no such session: no locked intent of it
     * @throws RuntimeException if that cannot be known now; never taken for an absence
     */
    Optional<SessionFacts> find(SessionId session);

    /** Each of these, as {@link #find} would answer. */
    default Map<SessionId, Optional<SessionFacts>> findAll(Set<SessionId> wanted) {
        return Lookups.of(this, wanted);
    }
}
