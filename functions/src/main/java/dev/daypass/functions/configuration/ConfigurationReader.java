package dev.daypass.functions.configuration;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.daypass.configuration.Configuration;
import dev.daypass.database.Database;
import dev.daypass.database.Engine;
import dev.daypass.digest.Sha256;
import dev.daypass.grant.ClaimValues;
import dev.daypass.grant.Entitlement;
import dev.daypass.grant.GrantName;
import dev.daypass.grant.GrantPolicy;
import dev.daypass.identity.SignatureAlgorithm;
import dev.daypass.identity.TrustedIssuer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a compiled configuration. The writer puts every member there, always in the same order; so this reader asks for
 * them one after the other, and an unknown, missing, doubled or misplaced member is met at once. It streams and uses no
 * reflection, since it runs before a function's first answer.
 */
public final class ConfigurationReader {
    private final JsonParser json;

    private ConfigurationReader(JsonParser json) {
        this.json = json;
    }

    /**
     * The configuration in these bytes, whose digest the caller has checked.
     *
     * @throws ConfigurationFormatException if the bytes are anything but a whole configuration of this format
     */
    public static Configuration read(byte[] bytes) {
        try (var parser = new JsonFactory().createParser(bytes)) {
            return new ConfigurationReader(parser).configuration();
        } catch (IOException | IllegalArgumentException | DateTimeParseException e) {
            throw new ConfigurationFormatException("the compiled configuration cannot be read: " + e.getMessage(), e);
        }
    }

    private Configuration configuration() throws IOException {
        next(JsonToken.START_OBJECT);
        String format = text("format");
        if (!format.equals(Configuration.FORMAT)) {
            throw fault("expected the format " + Configuration.FORMAT + ", found " + format);
        }
        var issuers = new TreeMap<String, TrustedIssuer>();
        each("issuers", () -> {
            var issuer = issuer();
            unique(issuers.put(issuer.name(), issuer), issuer.name());
        });
        var databases = new TreeMap<String, Database>();
        each("databases", () -> {
            var database = database();
            unique(databases.put(database.name(), database), database.name());
        });
        var grants = new TreeMap<String, GrantPolicy>();
        each("grants", () -> {
            var grant = grant();
            unique(grants.put(grant.name().text(), grant), grant.name().text());
        });
        next(JsonToken.END_OBJECT);
        if (json.nextToken() != null) {
            throw fault("expected the end, found " + json.currentToken());
        }
        return new Configuration(issuers, databases, grants);
    }

    private TrustedIssuer issuer() throws IOException {
        var issuer = new TrustedIssuer(
                text("name"),
                text("issuer"),
                text("audience"),
                yesOrNo("allowAudienceList"),
                new HashSet<>(texts("types")),
                yesOrNo("allowAbsentType"),
                algorithms(),
                URI.create(text("jwksUri")),
                yesOrNo("allowPlainHttpJwks"),
                text("agentClaim"),
                text("ownerClaim"),
                yesOrNo("allowOwnerless"),
                optionalText("actorClaim"),
                yesOrNo("singleUse"),
                duration("maxTokenAge"),
                duration("clockSkew"),
                text("vaultMount"));
        next(JsonToken.END_OBJECT);
        return issuer;
    }

    private Set<SignatureAlgorithm> algorithms() throws IOException {
        var algorithms = new HashSet<SignatureAlgorithm>();
        for (var name : texts("algorithms")) {
            algorithms.add(SignatureAlgorithm.parse(name).orElseThrow(() -> fault("unknown algorithm " + name)));
        }
        return algorithms;
    }

    private Database database() throws IOException {
        var database = new Database(
                text("name"),
                engine(),
                text("host"),
                port(),
                text("database"),
                tls(),
                text("vaultConnection"),
                text("witnessRole"));
        next(JsonToken.END_OBJECT);
        return database;
    }

    private Engine engine() throws IOException {
        String word = text("engine");
        return Engine.parse(word).orElseThrow(() -> fault("unknown engine " + word));
    }

    private int port() throws IOException {
        return number("port");
    }

    private int number(String name) throws IOException {
        member(name);
        next(JsonToken.VALUE_NUMBER_INT);
        return json.getIntValue();
    }

    private Database.Tls tls() throws IOException {
        String mode = text("tls");
        for (var tls : Database.Tls.values()) {
            if (tls.sslmode().equals(mode)) {
                return tls;
            }
        }
        throw fault("unknown tls " + mode);
    }

    private GrantPolicy grant() throws IOException {
        var name = new GrantName(text("name"));
        String version = text("version");
        String digestText = text("digest");
        var digest = Sha256.parse(digestText).orElseThrow(() -> fault("not a digest: " + digestText));
        String database = text("database");
        var defaultTtl = duration("defaultTtl");
        var maxTtl = duration("maxTtl");
        var window = duration("window");
        int renewals = number("renewals");
        int sessions = number("sessions");
        boolean purposeRequired = yesOrNo("purposeRequired");
        var purposePattern = optionalText("purposePattern").map(this::pattern);
        var statementTimeout = duration("statementTimeout");
        var entitlements = new ArrayList<Entitlement>();
        each("entitlements", () -> entitlements.add(entitlement()));
        var scope = texts("scope");
        String description = text("description");
        // The digest goes into every intent, and the text beside it is what an auditor will read: they must belong
        // together.
        if (!Sha256.of(text("text").getBytes(StandardCharsets.UTF_8)).equals(digest)) {
            throw fault("the text of grant " + name + " does not have the digest beside it");
        }
        next(JsonToken.END_OBJECT);
        return new GrantPolicy(
                name,
                version,
                digest,
                database,
                defaultTtl,
                maxTtl,
                window,
                renewals,
                sessions,
                purposeRequired,
                purposePattern,
                statementTimeout,
                entitlements,
                scope,
                description);
    }

    private Pattern pattern(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new ConfigurationFormatException("not a pattern: " + text, e);
        }
    }

    private Entitlement entitlement() throws IOException {
        String issuer = text("issuer");
        member("claims");
        next(JsonToken.START_OBJECT);
        var claims = new HashMap<String, ClaimValues>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String claim = json.currentName();
            next(JsonToken.START_OBJECT);
            var values = Set.copyOf(texts("values"));
            var patterns = texts("patterns").stream().map(this::pattern).toList();
            next(JsonToken.END_OBJECT);
            unique(claims.put(claim, new ClaimValues(values, patterns)), claim);
        }
        var entitlement = new Entitlement(issuer, Map.copyOf(claims), text("vaultRole"));
        next(JsonToken.END_OBJECT);
        return entitlement;
    }

    private void member(String name) throws IOException {
        var token = json.nextToken();
        if (token != JsonToken.FIELD_NAME || !name.equals(json.currentName())) {
            throw fault("expected the member " + name + ", found "
                    + (token == JsonToken.FIELD_NAME ? json.currentName() : String.valueOf(token)));
        }
    }

    private String text(String name) throws IOException {
        member(name);
        next(JsonToken.VALUE_STRING);
        return json.getText();
    }

    private Optional<String> optionalText(String name) throws IOException {
        member(name);
        if (json.nextToken() == JsonToken.VALUE_NULL) {
            return Optional.empty();
        }
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw fault("expected text or null for " + name + ", found " + json.currentToken());
        }
        return Optional.of(json.getText());
    }

    private boolean yesOrNo(String name) throws IOException {
        member(name);
        var token = json.nextToken();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw fault("expected true or false for " + name + ", found " + token);
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private Duration duration(String name) throws IOException {
        return Duration.parse(text(name));
    }

    private List<String> texts(String name) throws IOException {
        member(name);
        next(JsonToken.START_ARRAY);
        return members();
    }

    private List<String> members() throws IOException {
        var members = new ArrayList<String>();
        while (json.nextToken() == JsonToken.VALUE_STRING) {
            members.add(json.getText());
        }
        if (json.currentToken() != JsonToken.END_ARRAY) {
            throw fault("expected text or the end of the list, found " + json.currentToken());
        }
        return members;
    }

    private void each(String name, Member member) throws IOException {
        member(name);
        next(JsonToken.START_ARRAY);
        while (json.nextToken() == JsonToken.START_OBJECT) {
            member.read();
        }
        if (json.currentToken() != JsonToken.END_ARRAY) {
            throw fault("expected a member or the end of " + name + ", found " + json.currentToken());
        }
    }

    private void next(JsonToken expected) throws IOException {
        var token = json.nextToken();
        if (token != expected) {
            throw fault("expected " + expected + ", found " + token);
        }
    }

    private void unique(@Nullable Object before, String name) {
        if (before != null) {
            throw fault(name + " is there twice");
        }
    }

    private ConfigurationFormatException fault(String what) {
        var at = json.currentLocation();
        return new ConfigurationFormatException(
                "the compiled configuration cannot be read: " + what + " (byte " + at.getByteOffset() + ")");
    }

    @FunctionalInterface
    private interface Member {
        void read() throws IOException;
    }
}
