package dev.daypass.cli.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.Zstd;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import dev.daypass.session.SessionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/** Writes a record into a folder, as docs/record.md lays it out. Every session begins at its identifier's time. */
final class SampleRecord {
    static final Place PLACE = new Place("eu-central-1", "111122223333");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    SampleRecord(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /** An intent with what every intent has. */
    ObjectKey intent(SessionId session, String agent) throws IOException {
        var json = JSON.createObjectNode();
        json.put("format", "daypass-intent/1");
        json.put("session", session.text());
        json.put("user", "dp_" + session.text());
        json.put("issuer", "https://idp.example");
        json.put("subject", agent);
        json.put("agent", agent);
        json.put("owner", "team-support");
        json.putArray("actors").add("act-1").add("act-2");
        json.put("tokenDigest", "sha256:" + "a".repeat(64));
        json.put("grant", "orders-support-read");
        json.put("grantVersion", "3");
        json.put("grantDigest", "sha256:" + "b".repeat(64));
        json.put("configuration", "sha256:" + "c".repeat(64));
        json.put("database", "orders");
        json.putArray("scope").add("SELECT on orders");
        json.put("purpose", "TICKET-7");
        json.put("createdAt", session.createdAt().toString());
        json.put("ttl", "PT10M");
        json.put("window", session.createdAt().plusSeconds(3600).toString());
        json.putObject("origin").put("sourceAddress", "198.51.100.7").put("requestId", "r-1");
        return write(ObjectKey.intent(PLACE, session), bytes(json));
    }

    ObjectKey ending(SessionId session, Instant verified) throws IOException {
        var json = JSON.createObjectNode();
        json.put("format", "daypass-ending/1");
        json.put("session", session.text());
        json.put("user", "dp_" + session.text());
        json.put("agent", "agent:support-bot");
        json.put("owner", "team-support");
        json.put("grant", "orders-support-read");
        json.put("grantDigest", "sha256:" + "b".repeat(64));
        json.put("database", "orders");
        json.put("reason", "revoked");
        json.put("requestedBy", "agent:support-bot");
        json.put("requestedAt", verified.minusSeconds(1).toString());
        json.put("verifiedAt", verified.toString());
        return write(ObjectKey.ending(PLACE, session), bytes(json));
    }

    /** One payload; {@code earliest} names it. */
    ObjectKey events(Source source, Instant earliest, ObjectNode... lines) throws IOException {
        var text = new StringBuilder();
        int index = 0;
        for (var line : lines) {
            ((ObjectNode) line.path("daypass").path("position")).put("index", index++);
            text.append(line).append('\n');
        }
        var bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        return write(ObjectKey.events(source, PLACE, earliest, Sha256.of(bytes)), Zstd.compress(bytes));
    }

    /** A line of a source's, in a session. */
    static ObjectNode line(Source source, SessionId session, Instant when, String what, Consumer<ObjectNode> more) {
        var json = JSON.createObjectNode();
        json.put("class_uid", 6005);
        json.put("raw_data", "the line of " + when);
        var daypass = json.putObject("daypass");
        daypass.put("source", source.code());
        daypass.putObject("who")
                .put("user", "dp_" + session.text())
                .put("session", session.text())
                .put("agent", "agent:support-bot")
                .put("owner", "team-support");
        daypass.put("what", what);
        daypass.put("when", when.toString());
        daypass.put("outcome", "success");
        daypass.put("from", "127.0.0.1:40112");
        daypass.put("object", "orders");
        daypass.put("grant", "orders-support-read");
        daypass.put("grantDigest", "sha256:" + "b".repeat(64));
        daypass.putObject("position")
                .put("logGroup", "/daypass/" + source.code())
                .put("logStream", "stream-1")
                .put("time", when.toEpochMilli())
                .put("eventId", "e-1")
                .put("index", 0);
        daypass.put("message", "d".repeat(64));
        more.accept(json);
        return json;
    }

    /** The line's {@code daypass} member. */
    static ObjectNode daypass(ObjectNode line) {
        return (ObjectNode) line.path("daypass");
    }

    ObjectKey reconciliation(Instant to, ObjectNode... findings) throws IOException {
        var json = JSON.createObjectNode();
        json.put("format", "daypass-reconciliation/1");
        json.put("from", to.minusSeconds(60).toString());
        json.put("to", to.toString());
        json.putArray("sources");
        json.putArray("findings").addAll(List.copyOf(Arrays.asList(findings)));
        return write(ObjectKey.reconciliation(PLACE, to), bytes(json));
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** A seal's envelope with a statement and without a true signature: a query does not look at it. */
    ObjectKey seal(Source source, long number, Instant to) throws IOException {
        var statement = JSON.createObjectNode();
        statement.put("format", "daypass-seal/1");
        statement.put("source", source.code());
        statement.put("number", number);
        statement.put("previous", "sha256:" + "0".repeat(64));
        statement.put("from", to.minusSeconds(60).toString());
        statement.put("to", to.toString());
        statement.put("objectCount", 2);
        statement.put("records", 5);
        statement.put("redacted", 1);
        statement.put("unparsed", 0);
        var envelope = JSON.createObjectNode();
        envelope.put("payloadType", "application/vnd.daypass.seal+json");
        envelope.put("payload", Base64.getEncoder().encodeToString(bytes(statement)));
        return write(ObjectKey.seal(source, PLACE, number), bytes(envelope));
    }

    ObjectKey write(ObjectKey key, byte[] bytes) throws IOException {
        Path file = folder.resolve(key.text());
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        return key;
    }

    private static byte[] bytes(ObjectNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
