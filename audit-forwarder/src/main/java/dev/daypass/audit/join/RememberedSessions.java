package dev.daypass.audit.join;

import dev.daypass.session.SessionId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Asks for each session once. What is behind a session never changes, so an answer is kept; an absence is not, since an intent
 * may be written a moment later. Thread-safe.
 */
public final class RememberedSessions implements Sessions {
    private static final int MOST = 10_000;

    private final Sessions sessions;

    private final Map<SessionId, SessionFacts> known = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SessionId, SessionFacts> eldest) {
            return size() > MOST;
        }
    };

    public RememberedSessions(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public Optional<SessionFacts> find(SessionId session) {
        return findAll(Set.of(session)).getOrDefault(session, Optional.empty());
    }

    @Override
    public Map<SessionId, Optional<SessionFacts>> findAll(Set<SessionId> wanted) {
        var found = new HashMap<SessionId, Optional<SessionFacts>>();
        var unknown = new HashSet<SessionId>();
        synchronized (known) {
            for (var session : wanted) {
                var facts = known.get(session);
                if (facts == null) {
                    unknown.add(session);
                } else {
                    found.put(session, Optional.of(facts));
                }
            }
        }
        var asked = sessions.findAll(unknown);
        synchronized (known) {
            asked.forEach((session, facts) -> facts.ifPresent(f -> known.put(session, f)));
        }
        found.putAll(asked);
        return found;
    }
}
