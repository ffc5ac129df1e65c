package dev.daypass.functions.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.database.Engine;
import dev.daypass.grant.GrantName;
import dev.daypass.grant.GrantPolicy;
import dev.daypass.grants.ConfigurationWriter;
import dev.daypass.grants.Documents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationReaderTest {
    private static final Path DEMO = Path.of("../grants/demo");

    private final Documents documents;
    private final String good;

    /** The demo's documents, and what none of them says: another engine, patterns, no renewals. */
    ConfigurationReaderTest(@TempDir Path folder) throws IOException {
        for (var kind : List.of("issuers", "databases", "grants")) {
            Files.createDirectory(folder.resolve(kind));
            try (var files = Files.list(DEMO.resolve(kind))) {
                for (var file : files.toList()) {
                    Files.copy(file, folder.resolve(kind).resolve(file.getFileName()));
                }
            }
        }
        Files.writeString(folder.resolve("databases/ledger.yaml"), """
                name: ledger
                engine: mariadb
                host: ledger.example
                port: 3306
                database: ledger
                administrator: vault_admin
                deployer: daypass_deployer
                clientHost: 10.0.%
                """);
        Files.writeString(folder.resolve("grants/ledger-read.yaml"), """
                name: ledger-read
                version: "7"
                description: Reads the ledger.
                owner: ledger@example.com
                database: ledger
                tables:
                  ledger.entries:
                    select: [id, amount]
                entitled:
                  - issuer: dev
                    claims:
                      team: {values: [audit], matches: ['squad-[a-z]+', 'crew-[0-9]+']}
                      role: [lead, deputy]
                ttl: {default: 1m, max: 2m, window: 3m, renewals: 0}
                sessions: 1
                purpose: {required: false}
                connections: 1
                statementTimeout: 45s
                whenNarrowed: end
                """);
        documents = Documents.read(
                folder,
                Map.of(
                        "devIssuer", "http://127.0.0.1:4000",
                        "devJwksUri", "http://127.0.0.1:4000/jwks",
                        "ordersHost", "127.0.0.1",
                        "ordersPort", "5432",
                        "ordersDatabase", "orders"));
        good = new String(ConfigurationWriter.bytes(documents), StandardCharsets.UTF_8);
    }

    @Test
    void whatTheWriterWritesIsReadBackWhole() {
        var read = ConfigurationReader.read(good.getBytes(StandardCharsets.UTF_8));
        var written = documents.compile();

        assertEquals(written.issuers(), read.issuers());
        assertEquals(written.databases(), read.databases());
        assertEquals(written.grants().keySet(), read.grants().keySet());
        for (var grant : written.allGrants()) {
            var other = read.grant(grant.name()).orElseThrow();
            // A Pattern equals only itself.
            assertEquals(
                    grant.purposePattern().map(Pattern::pattern),
                    other.purposePattern().map(Pattern::pattern));
            assertEquals(entitlements(grant), entitlements(other));
            assertEquals(withoutPatterns(grant), withoutPatterns(other));
        }
    }

    @Test
    void whatTheFunctionsObeyIsReadAsItWasWritten() {
        var read = ConfigurationReader.read(good.getBytes(StandardCharsets.UTF_8));
        var grant = read.grant(new GrantName("ledger-read")).orElseThrow();

        assertEquals(0, grant.renewals());
        assertEquals(1, grant.sessions());
        assertEquals(Duration.ofSeconds(45), grant.statementTimeout());
        assertEquals(Engine.MARIADB, read.databaseOf(grant).engine());
        var team =
                Objects.requireNonNull(grant.entitlements().getFirst().claims().get("team"));
        assertTrue(team.accepts("audit") && team.accepts("squad-red") && team.accepts("crew-9"));
        assertFalse(team.accepts("squad-red9") || team.accepts("squad-[a-z]+"));
    }

    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            daypass-configuration/2 | daypass-configuration/1 | expected the format daypass-configuration/2, found daypass-configuration/1
            "audience":"daypass",   | ``                      | expected the member audience, found allowAudienceList
            "audience":"daypass"    | "audience":"daypass","extra":1 | expected the member allowAudienceList, found extra
            "audience":"daypass"    | "audience":7            | expected VALUE_STRING, found VALUE_NUMBER_INT
            "singleUse":true        | "singleUse":"true"      | expected true or false for singleUse
            "actorClaim":"act"      | "actorClaim":1          | expected text or null for actorClaim
            "PT30S"                 | "30s"                   | cannot be parsed
            "ES256"                 | "HS256"                 | unknown algorithm HS256
            "port":5432             | "port":0                | not a TCP port
            "tls":"disable"         | "tls":"prefer"          | unknown tls prefer
            "database":"orders","defaultTtl" | "database":"x","defaultTtl" | names the unknown database x
            connections: 2          | connections: 9          | does not have the digest beside it
            "engine":"mariadb"      | "engine":"oracle"       | unknown engine oracle
            "renewals":0            | "renewals":-1           | expected renewals >= 0 and sessions >= 1, got -1
            "sessions":1            | "sessions":0            | expected renewals >= 0 and sessions >= 1, got 0, 0
            "sessions":1            | "sessions":"1"          | expected VALUE_NUMBER_INT, found VALUE_STRING
            "PT45S"                 | "45s"                   | cannot be parsed
            "crew-[0-9]+"           | "crew-[0-9"             | not a pattern
            ["support"]             | ["support",1]           | expected text or the end of the list
            """)
    void oneFaultIsNamed(String from, String to, String said) {
        assertTrue(good.contains(from), from);
        int at = good.indexOf(from);
        String bad = good.substring(0, at) + (to == null ? "" : to) + good.substring(at + from.length());

        assertTrue(refusal(bad).contains(said), refusal(bad));
    }

    @Test
    void moreAfterTheEndIsRefused() {
        assertTrue(refusal(good + "{}").contains("expected the end"), refusal(good + "{}"));
    }

    @Test
    void lessThanAllIsRefused() {
        var cut = good.substring(0, good.length() - 1);
        assertTrue(refusal(cut).contains("cannot be read"), refusal(cut));
    }

    private static String refusal(String text) {
        return String.valueOf(assertThrows(
                        ConfigurationFormatException.class,
                        () -> ConfigurationReader.read(text.getBytes(StandardCharsets.UTF_8)))
                .getMessage());
    }

    /** One line a claim, so that patterns are compared as texts. */
    private static List<String> entitlements(GrantPolicy grant) {
        var lines = new ArrayList<String>();
        for (var way : grant.entitlements()) {
            new TreeMap<>(way.claims())
                    .forEach((claim, wanted) -> lines.add(way.issuer() + " " + way.vaultRole() + " " + claim + " "
                            + new TreeSet<>(wanted.values()) + " "
                            + wanted.patterns().stream()
                                    .map(Pattern::pattern)
                                    .sorted()
                                    .toList()));
        }
        return lines;
    }

    private static GrantPolicy withoutPatterns(GrantPolicy g) {
        return new GrantPolicy(
                g.name(),
                g.version(),
                g.digest(),
                g.database(),
                g.defaultTtl(),
                g.maxTtl(),
                g.window(),
                g.renewals(),
                g.sessions(),
                g.purposeRequired(),
                Optional.empty(),
                g.statementTimeout(),
                List.of(),
                g.scope(),
                g.description());
    }
}
