package dev.daypass.functions.evidence;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.daypass.evidence.Ending;
import dev.daypass.evidence.Intent;
import dev.daypass.functions.json.JsonText;
import java.io.IOException;
import java.util.List;

/**
 * The exact bytes of intents and endings. The same record always gives the same bytes: members in a fixed order, instants
 * in RFC 3339, nothing that differs between two attempts to write it.
 */
public final class EvidenceJson {
    private EvidenceJson() {}

    public static byte[] intent(Intent intent) {
        return JsonText.object(json -> {
            json.writeStringField("format", "daypass-intent/1");
            writeIntent(json, intent);
        });
    }

    /** An ending repeats who and what, so that it can be read without its intent. */
    public static byte[] ending(Intent intent, Ending ending) {
        return JsonText.object(json -> {
            json.writeStringField("format", "daypass-ending/1");
            json.writeStringField("session", intent.session().text());
            json.writeStringField("user", intent.user().name());
            json.writeStringField("agent", intent.agent());
            JsonText.optional(json, "owner", intent.owner());
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
        JsonText.optional(json, "owner", intent.owner());
        strings(json, "actors", intent.actors());
        json.writeStringField("tokenDigest", intent.tokenDigest().toString());
        JsonText.optional(json, "tokenId", intent.tokenId());
        json.writeStringField("grant", intent.grant().text());
        json.writeStringField("grantVersion", intent.grantVersion());
        json.writeStringField("grantDigest", intent.grantDigest().toString());
        json.writeStringField("configuration", intent.configuration().toString());
        json.writeStringField("database", intent.database());
        strings(json, "scope", intent.scope());
        JsonText.optional(json, "purpose", intent.purpose());
        json.writeStringField("createdAt", intent.createdAt().toString());
        json.writeStringField("ttl", intent.ttl().toString());
        json.writeStringField("window", intent.window().toString());
        json.writeObjectFieldStart("origin");
        json.writeStringField("sourceAddress", intent.origin().sourceAddress());
        JsonText.optional(json, "userAgent", intent.origin().userAgent());
        json.writeStringField("requestId", intent.origin().requestId());
        json.writeEndObject();
    }

    private static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (var value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
