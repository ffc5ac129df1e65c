package dev.daypass.functions.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.grant.GrantPolicy;
import dev.daypass.grants.ConfigurationWriter;
import dev.daypass.grants.Documents;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationReaderTest {
    private final Documents documents = Documents.read(
            Path.of("../grants/demo"),
            Map.of(
                    "devIssuer", "http://127.0.0.1:4000",
                    "devJwksUri", "http://127.0.0.1:4000/jwks",
                    "ordersHost", "127.0.0.1",
                    "ordersPort", "5432",
                    "ordersDatabase", "orders"));
    private final String good = new String(ConfigurationWriter.bytes(documents), StandardCharsets.UTF_8);

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
            assertEquals(withoutPattern(grant), withoutPattern(other));
        }
    }

    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            daypass-configuration/1 | daypass-configuration/2 | expected the format daypass-configuration/1
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

    private static GrantPolicy withoutPattern(GrantPolicy g) {
        return new GrantPolicy(
                g.name(),
                g.version(),
                g.digest(),
                g.database(),
                g.defaultTtl(),
                g.maxTtl(),
                g.window(),
                g.purposeRequired(),
                Optional.empty(),
                g.entitlements(),
                g.scope(),
                g.description());
    }
}
