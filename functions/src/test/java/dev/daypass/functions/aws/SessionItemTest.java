package dev.daypass.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Intent;
import dev.daypass.functions.json.JsonObject;
import dev.daypass.functions.json.StrictJson;
import dev.daypass.functions.state.Session;
import dev.daypass.grant.GrantName;
import dev.daypass.session.SessionId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionItemTest {
    private static final StrictJson JSON = new StrictJson(1 << 20, 8);

    @Test
    void hundredsOfSessionsAreReadBackAsTheyWere() throws Exception {
        var random = new Random(20261123);
        for (int i = 0; i < 400; i++) {
            var session = session(random);

            int slot = 1 + random.nextInt(1000);

            assertEquals(inSlot(session, slot), SessionItem.read(json(SessionItem.of(session, slot))));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"session", "issuer", "grant", "createdAt", "handle", "status", "scope", "requestId", "window"})
    void anItemWithoutWhatItNeedsIsNotRead(String attribute) throws Exception {
        var text = text(SessionItem.of(session(new Random(1)), 1));
        String without = text.replace("\"" + attribute + "\":{", "\"other\":{");
        assertTrue(!without.equals(text));

        assertThrows(
                IllegalArgumentException.class,
                () -> SessionItem.read(JSON.object(without.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void aSessionOfTheReleaseBeforeIsRead() throws Exception {
        var session = session(new Random(3));
        var json = JSON.object(text(SessionItem.of(session, 4))
                .replaceFirst("\"renewed\":\\{[^}]*},\"slot\":\\{[^}]*},\"statementTimeout\":\\{[^}]*},", "")
                .getBytes(StandardCharsets.UTF_8));
        assertFalse(json.has("slot") || json.has("renewed") || json.has("statementTimeout"));

        var read = SessionItem.read(json);

        assertEquals(0, read.renewed());
        assertEquals(OptionalInt.empty(), read.slot());
        assertEquals(Optional.empty(), read.statementTimeout());
        assertEquals(session.intent(), read.intent());
    }

    @Test
    void everyShardGetsSessionsAndNoneIsOutOfRange() {
        var shards = IntStream.range(0, 2000)
                .mapToObj(i -> SessionItem.shard(SessionId.create(Instant.EPOCH, new SecureRandom())))
                .distinct()
                .sorted()
                .toList();

        assertEquals(List.of("0", "1", "2", "3", "4", "5", "6", "7"), shards);
    }

    @Test
    void timesAreRoundedUp() {
        var whole = Instant.parse("2026-11-23T01:02:03Z");

        assertEquals(whole.getEpochSecond(), SessionItem.forgetAt(whole));
        assertEquals(whole.getEpochSecond() + 1, SessionItem.forgetAt(whole.plusNanos(1)));
        assertEquals(whole.toEpochMilli(), SessionItem.dueAt(whole));
        assertEquals(whole.toEpochMilli() + 1, SessionItem.dueAt(whole.plusNanos(1)));
    }

    static Session session(Random random) {
        var at = Instant.ofEpochSecond(1_700_000_000L + random.nextInt(1_000_000_000), random.nextInt(1_000_000_000));
        var ttl = Duration.ofSeconds(1 + random.nextInt(3600), random.nextInt(1_000_000_000));
        var intent = new Intent(
                SessionId.create(at, new SecureRandom()),
                "https://issuer.example/" + random.nextInt(),
                text(random),
                text(random),
                random.nextBoolean() ? Optional.of(text(random)) : Optional.empty(),
                IntStream.range(0, random.nextInt(3))
                        .mapToObj(i -> text(random))
                        .toList(),
                digest(random),
                random.nextBoolean() ? Optional.of(text(random)) : Optional.empty(),
                new GrantName("grant-" + random.nextInt(1000)),
                "" + random.nextInt(),
                digest(random),
                digest(random),
                "orders",
                IntStream.range(0, random.nextInt(3))
                        .mapToObj(i -> text(random))
                        .toList(),
                random.nextBoolean() ? Optional.of(text(random)) : Optional.empty(),
                at,
                ttl,
                at.plus(ttl).plusSeconds(random.nextInt(3600)),
                new Intent.Origin(
                        "203.0.113." + random.nextInt(256),
                        random.nextBoolean() ? Optional.of(text(random)) : Optional.empty(),
                        "r" + random.nextInt()));
        return Session.intended(intent, digest(random), Duration.ofMillis(1 + random.nextInt(60_000)));
    }

    private static Session inSlot(Session session, int slot) {
        return new Session(
                session.intent(),
                session.handle(),
                session.status(),
                session.expiresAt(),
                session.renewed(),
                session.statementTimeout(),
                OptionalInt.of(slot),
                session.lease(),
                session.end(),
                session.verifiedAt());
    }

    /** Whatever an agent may be called: quotes, control characters, other scripts, pairs. */
    private static String text(Random random) {
        String[] parts = {"a", "\"", "\\", "\n", "\u0001", "ü", "漢", "😀", "{", " "};
        var out = new StringBuilder("x");
        for (int i = random.nextInt(12); i > 0; i--) {
            out.append(parts[random.nextInt(parts.length)]);
        }
        return out.toString();
    }

    private static Sha256 digest(Random random) {
        var bytes = new byte[8];
        random.nextBytes(bytes);
        return Sha256.of(bytes);
    }

    private static JsonObject json(Item item) throws Exception {
        return JSON.object(text(item).getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Item item) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            item.write(json, "Item");
            json.writeEndObject();
        }
        String wrapped = out.toString(StandardCharsets.UTF_8);
        return wrapped.substring("{\"Item\":".length(), wrapped.length() - 1);
    }
}
