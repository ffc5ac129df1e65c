package dev.daypass.grants;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.daypass.configuration.Configuration;
import dev.daypass.database.Database;
import dev.daypass.digest.Sha256;
import dev.daypass.grant.Entitlement;
import dev.daypass.grant.GrantPolicy;
import dev.daypass.identity.SignatureAlgorithm;
import dev.daypass.identity.TrustedIssuer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The compiled configuration as bytes: JSON in UTF-8 without spaces, every member always there (null where there is
 * nothing) and in one order, lists whose order means nothing sorted. The same documents give the same bytes, whose
 * SHA-256 is the configuration's address. Each grant carries its document's text, so what was in force can be read years
 * later.
 */
public final class ConfigurationWriter {
    private ConfigurationWriter() {}

    /** The bytes of what {@link Documents#compile()} gives. */
    public static byte[] bytes(Documents documents) {
        var configuration = documents.compile();
        var out = new ByteArrayOutputStream();
        try (var json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("format", Configuration.FORMAT);
            json.writeArrayFieldStart("issuers");
            for (var issuer : configuration.issuers().values()) {
                write(json, issuer);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("databases");
            for (var database : configuration.databases().values()) {
                write(json, database);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("grants");
            for (var document : documents.grants().values()) {
                write(json, document.compile(), document.text());
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory: does not happen
        }
        return out.toByteArray();
    }

    /** The address of {@link #bytes}. */
    public static Sha256 digest(Documents documents) {
        return Sha256.of(bytes(documents));
    }

    private static void write(JsonGenerator json, TrustedIssuer issuer) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", issuer.name());
        json.writeStringField("issuer", issuer.issuer());
        json.writeStringField("audience", issuer.audience());
        json.writeBooleanField("allowAudienceList", issuer.allowAudienceList());
        strings(json, "types", sorted(issuer.types()));
        json.writeBooleanField("allowAbsentType", issuer.allowAbsentType());
        strings(
                json,
                "algorithms",
                sorted(issuer.algorithms().stream()
                        .map(SignatureAlgorithm::jwsName)
                        .toList()));
        json.writeStringField("jwksUri", issuer.jwksUri().toString());
        json.writeBooleanField("allowPlainHttpJwks", issuer.allowPlainHttpJwks());
        json.writeStringField("agentClaim", issuer.agentClaim());
        json.writeStringField("ownerClaim", issuer.ownerClaim());
        json.writeBooleanField("allowOwnerless", issuer.allowOwnerless());
        optional(json, "actorClaim", issuer.actorClaim());
        json.writeBooleanField("singleUse", issuer.singleUse());
        json.writeStringField("maxTokenAge", issuer.maxTokenAge().toString());
        json.writeStringField("clockSkew", issuer.clockSkew().toString());
        json.writeStringField("vaultMount", issuer.vaultMount());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Database database) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", database.name());
        json.writeStringField("engine", database.engine().word());
        json.writeStringField("host", database.host());
        json.writeNumberField("port", database.port());
        json.writeStringField("database", database.database());
        json.writeStringField("tls", database.tls().sslmode());
        json.writeStringField("vaultConnection", database.vaultConnection());
        json.writeStringField("witnessRole", database.witnessRole());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, GrantPolicy grant, String text) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", grant.name().text());
        json.writeStringField("version", grant.version());
        json.writeStringField("digest", grant.digest().toString());
        json.writeStringField("database", grant.database());
        json.writeStringField("defaultTtl", grant.defaultTtl().toString());
        json.writeStringField("maxTtl", grant.maxTtl().toString());
        json.writeStringField("window", grant.window().toString());
        json.writeNumberField("renewals", grant.renewals());
        json.writeNumberField("sessions", grant.sessions());
        json.writeBooleanField("purposeRequired", grant.purposeRequired());
        optional(json, "purposePattern", grant.purposePattern().map(Object::toString));
        json.writeStringField("statementTimeout", grant.statementTimeout().toString());
        json.writeArrayFieldStart("entitlements");
        for (var entitlement : grant.entitlements()) {
            write(json, entitlement);
        }
        json.writeEndArray();
        strings(json, "scope", grant.scope());
        json.writeStringField("description", grant.description());
        json.writeStringField("text", text);
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Entitlement entitlement) throws IOException {
        json.writeStartObject();
        json.writeStringField("issuer", entitlement.issuer());
        json.writeObjectFieldStart("claims");
        for (var claim : new TreeMap<>(entitlement.claims()).entrySet()) {
            json.writeObjectFieldStart(claim.getKey());
            strings(json, "values", sorted(claim.getValue().values()));
            strings(
                    json,
                    "patterns",
                    sorted(claim.getValue().patterns().stream()
                            .map(Pattern::pattern)
                            .toList()));
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeStringField("vaultRole", entitlement.vaultRole());
        json.writeEndObject();
    }

    private static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (var value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    private static void optional(JsonGenerator json, String name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get());
        } else {
            json.writeNullField(name);
        }
    }

    private static List<String> sorted(Collection<String> values) {
        return values.stream().sorted().toList();
    }
}
