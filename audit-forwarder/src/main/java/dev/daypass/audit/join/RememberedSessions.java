package dev.daypass.audit.join;

import dev.daypass.session.SessionId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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
        synchronized (known) {
            var facts = known.get(session);
            if (facts != null) {
                return Optional.of(facts);
            }
        }
        var found = sessions.find(session);
        if (found.isPresent()) {
            synchronized (known) {
                known.put(session, found.get());
            }
        }
        return found;
    }
}
