package dev.daypass.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.daypass.cli.api.Vended.GivenGrant;
import dev.daypass.cli.api.Vended.Place;
import dev.daypass.database.Engine;
import dev.daypass.session.Handle;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;
import dev.daypass.session.SessionUser;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads docs/api.md's answers. Members that are not known are passed over, since a newer broker may say more; one that
 * is missing or malformed fails by its name, never by its value.
 */
final class Answer {
    /** An answer that is not what docs/api.md says; {@code member} names where. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String member) {
            super(member, null, false, false);
        }

        String member() {
            return String.valueOf(getMessage());
        }
    }

    private final JsonNode json;

    Answer(JsonNode json) {
        this.json = json;
    }

    Vended vended() throws Malformed {
        JsonNode grant = json.path("grant");
        var given = new Answer(grant);
        var scope = new ArrayList<String>();
        for (JsonNode line : grant.path("scope")) {
            scope.add(line.asText());
        }
        return new Vended(
                session(),
                Handle.parse(text("handle")).orElseThrow(() -> new Malformed("handle")),
                SessionUser.parse(text("user")).orElseThrow(() -> new Malformed("user")),
                new Password(text("password")),
                new Place(engine(), text("host"), port(), text("database"), new Answer(json.path("tls")).text("mode")),
                text("jdbcUrl"),
                optional("libpqUri"),
                instant("expiresAt"),
                json.has("renewBefore") ? Optional.of(instant("renewBefore")) : Optional.empty(),
                instant("window"),
                new GivenGrant(given.text("name"), given.text("version"), given.text("digest"), scope));
    }

    SessionView session(SessionId asked) throws Malformed {
        var session = session();
        if (!session.equals(asked)) {
            throw new Malformed("session");
        }
        return new SessionView(
                session,
                status(),
                text("user"),
                text("grant"),
                text("agent"),
                optional("owner"),
                instant("createdAt"),
                json.has("expiresAt") ? Optional.of(instant("expiresAt")) : Optional.empty(),
                instant("window"),
                optional("endReason"),
                json.has("verifiedAt") ? Optional.of(instant("verifiedAt")) : Optional.empty());
    }

    Optional<String> optional(String member) {
        JsonNode value = json.path(member);
        return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }

    boolean flag(String member) {
        return json.path(member).asBoolean(false);
    }

    private SessionId session() throws Malformed {
        return SessionId.parse(text("session")).orElseThrow(() -> new Malformed("session"));
    }

    private SessionStatus status() throws Malformed {
        String name = text("status");
        return Arrays.stream(SessionStatus.values())
                .filter(status -> status.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Malformed("status"));
    }

    /** A broker that does not say it knows PostgreSQL only. */
    private Engine engine() throws Malformed {
        return json.has("engine")
                ? Engine.parse(text("engine")).orElseThrow(() -> new Malformed("engine"))
                : Engine.POSTGRESQL;
    }

    private int port() throws Malformed {
        int port = json.path("port").asInt(0);
        if (port < 1 || port > 65_535) {
            throw new Malformed("port");
        }
        return port;
    }

    private String text(String member) throws Malformed {
        return optional(member).filter(value -> !value.isEmpty()).orElseThrow(() -> new Malformed(member));
    }

    private Instant instant(String member) throws Malformed {
        try {
            return Instant.parse(text(member));
        } catch (DateTimeParseException e) {
            throw new Malformed(member);
        }
    }
}
