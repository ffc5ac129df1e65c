package dev.daypass.audit.join;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daypass.digest.Sha256;
import dev.daypass.grant.GrantName;
import dev.daypass.session.SessionId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class RememberedSessionsTest {
    private static final SessionId THERE = new SessionId("01k9z3v7q2m4n5p6r8s9t0v1w2");
    private static final SessionId NONE = new SessionId("01k9z3v7q2m4n5p6r8s9t0v1w3");
    private static final Optional<SessionFacts> FACTS = Optional.of(new SessionFacts(
            "agent:a", Optional.empty(), GrantName.parse("orders").orElseThrow(), new Sha256("ab".repeat(32))));

    private final List<SessionId> asked = new CopyOnWriteArrayList<>();
    private final Sessions sessions = new RememberedSessions(session -> {
        asked.add(session);
        return session.equals(THERE) ? FACTS : Optional.empty();
    });

    @Test
    void aSessionIsAskedForOnceHoweverItIsWanted() {
        assertEquals(FACTS, sessions.find(THERE));
        assertEquals(Map.of(THERE, FACTS), sessions.findAll(Set.of(THERE)));
        assertEquals(List.of(THERE), asked);
    }

    @Test
    void anAbsenceIsNeverRemembered() {
        assertEquals(Map.of(THERE, FACTS, NONE, Optional.empty()), sessions.findAll(Set.of(THERE, NONE)));
        assertEquals(Optional.empty(), sessions.find(NONE));
        assertEquals(2, asked.stream().filter(NONE::equals).count());
    }
}
