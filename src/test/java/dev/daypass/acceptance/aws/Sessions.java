package dev.daypass.acceptance.aws;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Intent;
import dev.daypass.functions.state.Session;
import dev.daypass.grant.GrantName;
import dev.daypass.session.Handle;
import dev.daypass.session.SessionId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Sessions as a vend would begin them. */
final class Sessions {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Sessions() {}

    /** Begun at this instant, with every member of the intent set and with texts that no encoding may change. */
    static Session intended(Instant at) {
        return intended(at, new GrantName("orders-read"));
    }

    /** The same, of another grant. */
    static Session intended(Instant at, GrantName grant) {
        var intent = new Intent(
                SessionId.create(at, RANDOM),
                "https://issuer.example/realm",
                "agent-7",
                "agent \"7\" – Zürich\\\n",
                Optional.of("payments@example.org"),
                List.of("worker-1", "orchestrator"),
                digest("token"),
                Optional.of("jti-1"),
                grant,
                "12",
                digest("grant"),
                digest("configuration"),
                "orders",
                List.of("select on customers(id,name)"),
                Optional.of("TICKET-7"),
                at,
                Duration.ofMinutes(10),
                at.plus(Duration.ofHours(1)),
                new Intent.Origin("203.0.113.9", Optional.of("curl/8"), "request-1"));
        return session(intent);
    }

    /** With everything absent that may be. */
    static Session bare(Instant at) {
        var intent = new Intent(
                SessionId.create(at, RANDOM),
                "https://issuer.example",
                "agent-8",
                "agent-8",
                Optional.empty(),
                List.of(),
                digest("token"),
                Optional.empty(),
                new GrantName("orders-read"),
                "12",
                digest("grant"),
                digest("configuration"),
                "orders",
                List.of(),
                Optional.empty(),
                at,
                Duration.ofMinutes(10),
                at.plus(Duration.ofHours(1)),
                new Intent.Origin("203.0.113.9", Optional.empty(), "request-1"));
        return session(intent);
    }

    static Sha256 digest(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Session session(Intent intent) {
        return Session.intended(intent, Handle.create(RANDOM).digest(), Duration.ofSeconds(30));
    }
}
