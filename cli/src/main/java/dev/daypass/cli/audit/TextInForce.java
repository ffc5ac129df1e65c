package dev.daypass.cli.audit;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.session.SessionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Optional;

/**
 * The text of the grant under which a session ran: named by digest in its locked intent, and held by the compiled configuration in the
 * same record. Both digests are checked; whether the intent itself is the one that was sealed is for {@code daypass audit verify}.
 *
 * @param intent the session's intent, as it was locked
 * @param intentKey where it is
 * @param configurationKey where the text is
 * @param text the document, exactly
 */
public record TextInForce(JsonNode intent, String intentKey, String configurationKey, String text) {
    /** A thousand grants of the longest text make less. */
    private static final int LARGEST_CONFIGURATION = 128 * 1024 * 1024;

    private static final String VERIFY = "daypass audit verify tells whether the record was altered";

    /** Reads it; every failure says what is missing, or which two things do not match. */
    public static TextInForce of(RecordOptions options, SessionId session) throws Failure {
        return Aws.working(() -> {
            try (var record = options.open()) {
                return read(record, session);
            }
        });
    }

    private static TextInForce read(StoredRecord record, SessionId session) throws Failure, IOException {
        var finder = new RecordFinder(record);
        Optional<RecordFinder.Found> found = Optional.empty();
        for (var place : finder.places()) {
            found = found.isPresent() ? found : finder.json(ObjectKey.intent(place, session));
        }
        if (found.isEmpty()) {
            throw Failure.couldNot("the record has no intent of session " + session
                    + ". Nothing is minted without one: is this the right record, and the right session?");
        }
        var intent = found.get().json();
        String intentKey = found.get().object().key();
        if (!intent.path("session").asText().equals(session.text())) {
            throw Failure.couldNot(Printable.of(intentKey) + " is the intent of session "
                    + Printable.of(intent.path("session").asText()) + ", not of its name's; " + VERIFY);
        }
        var configuration = digest(intent, intentKey, "configuration");
        var grantDigest = digest(intent, intentKey, "grantDigest");
        var key = ObjectKey.configuration(configuration);
        byte[] bytes = bytes(record, key)
                .orElseThrow(() -> Failure.couldNot("the record has no " + key
                        + ", which the intent names as the configuration in force. A copy may lack it: take"
                        + " configurations/ along"));
        var is = Sha256.of(bytes);
        if (!is.matches(configuration)) {
            throw Failure.couldNot(key + " has the digest " + is + ", not the one in its name; " + VERIFY);
        }
        String text = text(bytes, key, intent.path("grant").asText(), grantDigest);
        return new TextInForce(intent, intentKey, key.text(), text);
    }

    private static Sha256 digest(JsonNode intent, String key, String member) throws Failure {
        return Sha256.parse(intent.path(member).asText())
                .orElseThrow(() -> Failure.couldNot(Printable.of(key) + " has no digest as its " + member + "; found "
                        + Printable.of(intent.path(member).toString()) + "; " + VERIFY));
    }

    private static Optional<byte[]> bytes(StoredRecord record, ObjectKey key) throws Failure, IOException {
        var found = new ArrayList<StoredObject>();
        record.objects(key.text(), object -> {
            if (object.key().equals(key.text())) {
                found.add(object);
            }
        });
        if (found.isEmpty()) {
            return Optional.empty();
        }
        if (found.getFirst().size() > LARGEST_CONFIGURATION) {
            throw Failure.couldNot(
                    key + " has " + found.getFirst().size() + " bytes, which no configuration has; " + VERIFY);
        }
        try (var in = record.open(found.getFirst())) {
            return Optional.of(in.readNBytes(LARGEST_CONFIGURATION));
        }
    }

    private static String text(byte[] configuration, ObjectKey key, String grant, Sha256 digest)
            throws Failure, IOException {
        JsonNode json;
        try {
            json = new ObjectMapper().readTree(configuration);
        } catch (JacksonException e) {
            throw Failure.couldNot(key + " is not JSON; it is a configuration of a version that is not known here");
        }
        for (var one : json.path("grants")) {
            if (!one.path("name").asText().equals(grant)) {
                continue;
            }
            var text = Optional.ofNullable(one.path("text").textValue())
                    .orElseThrow(() ->
                            Failure.couldNot(key + " has the grant " + Printable.of(grant) + " without its text"));
            var is = Sha256.of(text.getBytes(StandardCharsets.UTF_8));
            if (!is.matches(digest)) {
                throw Failure.couldNot("the text of grant " + Printable.of(grant) + " in " + key + " has the digest "
                        + is + "; the intent names " + digest + "; " + VERIFY);
            }
            return text;
        }
        throw Failure.couldNot(key + " has no grant " + Printable.of(grant) + ", which the intent names");
    }
}
