package dev.daypass.audit.join;

import dev.daypass.session.SessionId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Looks many sessions up at once. Anybody may try thousands of logins that are no sessions', and each costs a request: one after the other
 * they would keep a payload from being stored in time.
 */
final class Lookups {
    private static final int AT_ONCE = 16;

    private Lookups() {}

    /** @throws RuntimeException if one of them cannot be known now */
    static Map<SessionId, Optional<SessionFacts>> of(Sessions sessions, Set<SessionId> wanted) {
        var facts = new HashMap<SessionId, Optional<SessionFacts>>();
        if (wanted.size() <= 1) {
            wanted.forEach(session -> facts.put(session, sessions.find(session)));
            return facts;
        }
        var lookups = new HashMap<SessionId, Future<Optional<SessionFacts>>>();
        try (var threads = Executors.newFixedThreadPool(Math.min(AT_ONCE, wanted.size()))) {
            for (var session : wanted) {
                lookups.put(session, threads.submit(() -> sessions.find(session)));
            }
            for (var lookup : lookups.entrySet()) {
                facts.put(lookup.getKey(), lookup.getValue().get());
            }
            return facts;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a session cannot be looked up now: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
