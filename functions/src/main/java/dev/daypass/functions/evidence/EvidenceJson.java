package dev.daypass.functions.evidence;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.daypass.evidence.Ending;
import dev.daypass.evidence.Intent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * The exact bytes of intents and endings. The same record always gives the same bytes: members in a fixed order, instants
 * in RFC 3339, nothing that differs between two attempts to write it.
 */
public final class EvidenceJson {
    private static final JsonFactory JSON = new JsonFactory();

    private EvidenceJson() {}

    public static byte[] intent(Intent intent) {
        return object(json -> {
            json.writeStringField("format", "daypass-intent/1");
            writeIntent(json, intent);
        });
    }

    /** An ending repeats who and what, so that it can be read without its intent. */
    public static byte[] ending(Intent intent, Ending ending) {
        return object(json -> {
            json.writeStringField("format", "daypass-ending/1");
            json.writeStringField("session", intent.session().text());
            json.writeStringField("user", intent.user().name());
            json.writeStringField("agent", intent.agent());
            optional(json, "owner", intent.owner());
            json.writeStringField("grant", intent.grant().text());
            json.writeStringField("grantDigest", intent.grantDigest().toString());
            json.writeStringField("database", intent.database());
            json.writeStringField("reason", ending.reason().code());
            json.writeStringField("requestedBy", ending.requestedBy());
            json.writeStringField("requestedAt", ending.requestedAt().toString());
            json.writeStringField("verifiedAt", ending.verifiedAt().toString());
        });
    }

    private static void writeIntent(JsonGenerator json, Intent intent) throws IOException {
        json.writeStringField("session", intent.session().text());
        json.writeStringField("user", intent.user().name());
        json.writeStringField("issuer", intent.issuer());
        json.writeStringField("subject", intent.subject());
        json.writeStringField("agent", intent.agent());
        optional(json, "owner", intent.owner());
        strings(json, "actors", intent.actors());
        json.writeStringField("tokenDigest", intent.tokenDigest().toString());
        optional(json, "tokenId", intent.tokenId());
        json.writeStringField("grant", intent.grant().text());
        json.writeStringField("grantVersion", intent.grantVersion());
        json.writeStringField("grantDigest", intent.grantDigest().toString());
        json.writeStringField("configuration", intent.configuration().toString());
        json.writeStringField("database", intent.database());
        strings(json, "scope", intent.scope());
        optional(json, "purpose", intent.purpose());
        json.writeStringField("createdAt", intent.createdAt().toString());
        json.writeStringField("ttl", intent.ttl().toString());
        json.writeStringField("window", intent.window().toString());
        json.writeObjectFieldStart("origin");
        json.writeStringField("sourceAddress", intent.origin().sourceAddress());
        optional(json, "userAgent", intent.origin().userAgent());
        json.writeStringField("requestId", intent.origin().requestId());
        json.writeEndObject();
    }

    private static byte[] object(Members members) {
        var out = new ByteArrayOutputStream(1024);
        try (var json = JSON.createGenerator(out)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void optional(JsonGenerator json, String name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get());
        }
    }

    private static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (var value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    @FunctionalInterface
    private interface Members {
        void write(JsonGenerator json) throws IOException;
    }
}
