package dev.daypass.grants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.database.Database;
import dev.daypass.digest.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @BeforeEach
    void copyTheDemo() throws IOException {
        try (var files = Files.walk(DemoDocuments.FOLDER)) {
            for (var file : files.toList()) {
                var to = folder.resolve(DemoDocuments.FOLDER.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
    }

    @Test
    void theDemoCompiles() throws IOException {
        var configuration = Documents.read(folder, DemoDocuments.VARIABLES).compile();

        var grant = at(configuration.grants(), "orders-support-read");
        assertEquals(Duration.ofMinutes(10), grant.defaultTtl());
        assertEquals(Duration.ofMinutes(15), grant.maxTtl());
        assertEquals(Duration.ofHours(1), grant.window());
        assertTrue(grant.purposeRequired());
        assertEquals("TICKET-[0-9]+", grant.purposePattern().orElseThrow().pattern());
        assertEquals(
                List.of(
                        "select on public.customers(id, name, email)",
                        "select on public.orders",
                        "select on public.refunds"),
                grant.scope());
        assertEquals(Sha256.of(Files.readAllBytes(folder.resolve("grants/orders-support-read.yaml"))), grant.digest());

        var refund = at(configuration.grants(), "orders-refund-write");
        assertEquals(
                List.of("orders-refund-write--1", "orders-refund-write--2"),
                refund.entitlements().stream().map(e -> e.vaultRole()).toList());
        assertEquals(
                Map.of("team", Set.of("support"), "role", Set.of("lead")),
                refund.entitlements().get(1).claims());

        var issuer = at(configuration.issuers(), "dev");
        assertEquals("http://127.0.0.1:4000", issuer.issuer());
        assertEquals("jwt-dev", issuer.vaultMount());
        assertEquals(Duration.ofSeconds(30), issuer.clockSkew());

        var database = at(configuration.databases(), "orders");
        assertEquals(5432, database.port());
        assertEquals(Database.Tls.DISABLE, database.tls());
        assertEquals("witness-orders", database.witnessRole());
    }

    /** One change each to a good document, the line and column where it is reported, and what is said. */
    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource(delimiter = '|', textBlock = """
            grants/orders-glance.yaml | owner:           | holder:            | 4:1  | there is no field holder here
            grants/orders-glance.yaml | owner:           | version:           | 4:1  | the field version is there twice
            grants/orders-glance.yaml | version: "1"     | version: 1         | 2:10 | put it in quotes
            grants/orders-glance.yaml | name: orders-glance | name: orders-look | 1:7 | expected the file's name: orders-glance
            grants/orders-glance.yaml | database: orders | database: payments | 5:11 | the name of a database that has a document: orders
            grants/orders-glance.yaml | issuer: dev      | issuer: prod       | 10:13 | the name of an issuer that has a document: dev
            grants/orders-glance.yaml | public.orders:   | orders:            | 7:3  | a table with its schema
            grants/orders-glance.yaml | select: all      | select: some       | 8:13 | all, or a list of columns
            grants/orders-glance.yaml | select: all      | delete: [id]       | 8:13 | expected all
            grants/orders-glance.yaml | select: all      | select: []         | 8:13 | at least 1 member
            grants/orders-glance.yaml | select: all      | select: [id, id]   | 8:18 | in the list already
            grants/orders-glance.yaml | select: all      | truncate: all      | 8:5  | accepted: select, insert, update, delete
            grants/orders-glance.yaml | team: [support]  | team: [no]         | 12:14 | put it in quotes
            grants/orders-glance.yaml | team: [support]  | team: ["sup*"]     | 12:14 | without *
            grants/orders-glance.yaml | team: [support]  | /team: [support]   | 12:7 | not beginning with /
            grants/orders-glance.yaml | team: [support]  | team: support      | 12:13 | expected a list
            grants/orders-glance.yaml | max: 10s         | max: 25s           | 14:3 | expected default <= max <= window
            grants/orders-glance.yaml | max: 10s         | max: PT10S         | 15:8 | a duration such as 30s, 10m or 1h, from 1s to 24h
            grants/orders-glance.yaml | window: 20s      | window: 25h        | 16:11 | from 1s to 24h
            grants/orders-glance.yaml | default: 5s      | usual: 5s          | 14:3 | the field default is missing
            grants/orders-glance.yaml | required: false  | required: no       | 18:13 | expected true or false
            grants/orders-glance.yaml | required: false  | pattern: A+        | 18:3 | the field required is missing
            grants/orders-glance.yaml | connections: 2   | connections: 0     | 19:14 | a number from 1 to 100
            grants/orders-glance.yaml | connections: 2   | connections: "2"   | 19:14 | a number from 1 to 100
            grants/orders-glance.yaml | connections: 2   | connections: ${n}  | 19:14 | a number from 1 to 100
            grants/orders-glance.yaml | statementTimeout: 5s | statementTimeout: 0s | 20:19 | from 1s to 1h
            grants/orders-glance.yaml | database: orders | database: &a orders | 5:11 | anchors and aliases
            grants/orders-glance.yaml | tables:          | tables: ]          | 6:9  | not YAML
            issuers/dev.yaml          | singleUse: true  | # nothing          | 2:1  | the field singleUse is missing
            issuers/dev.yaml          | algorithms: [ES256] | algorithms: [HS256] | 6:14 | one of ES256
            issuers/dev.yaml          | clockSkew: 30s   | clockSkew: 61s     | 14:12 | from 0s to 1m
            issuers/dev.yaml          | types: [at+jwt]  | # nothing          | 2:1  | the field types is missing
            issuers/dev.yaml          | allowPlainHttpJwks: true | allowPlainHttpJwks: false | 7:10 | an https address
            issuers/dev.yaml          | ${devIssuer}     | ${other}           | 3:9  | no value was given for the variable ${other}
            issuers/dev.yaml          | allowPlainHttpJwks | allowHttp        | 8:1  | there is no field allowHttp here
            databases/orders.yaml     | ${ordersPort}    | 65536              | 4:7  | a number from 1 to 65535
            databases/orders.yaml     | administrator: vault_admin | administrator: vault;admin | 7:16 | a PostgreSQL name
            """)
    void oneFaultIsReportedWhereItIs(String file, String good, String bad, String place, String said) {
        replace(file, good, bad);

        var refused = assertThrows(DocumentsRefusedException.class, () -> read());

        assertTrue(
                refused.problems().stream()
                        .anyMatch(p -> p.toString().startsWith(file + ":" + place + ": ")
                                && p.message().contains(said)),
                refused.getMessage());
        assertTrue(refused.problems().stream().allMatch(p -> p.file().equals(file)), refused.getMessage());
    }

    @Test
    void everyFaultOfEveryFileIsListedAtOnce() {
        replace("grants/orders-glance.yaml", "connections: 2", "connections: 0");
        replace("grants/orders-glance.yaml", "required: false", "required: no");
        replace("issuers/dev.yaml", "singleUse: true", "singleUse: maybe");
        replace("databases/orders.yaml", "${ordersPort}", "0");

        var refused = assertThrows(DocumentsRefusedException.class, () -> read());

        assertEquals(
                List.of(
                        "issuers/dev.yaml",
                        "databases/orders.yaml",
                        "grants/orders-glance.yaml",
                        "grants/orders-glance.yaml"),
                refused.problems().stream().map(Problem::file).toList());
    }

    @Test
    void aFileWithAnotherEndingIsNotOverlooked() throws IOException {
        Files.move(folder.resolve("grants/orders-glance.yaml"), folder.resolve("grants/orders-glance.yml"));

        var refused = assertThrows(DocumentsRefusedException.class, () -> read());

        assertEquals("grants/orders-glance.yml:1:1: expected only files called <name>.yaml", refused.getMessage());
    }

    @Test
    void twoDocumentsDoNotTrustTheSameIssuer() throws IOException {
        Files.writeString(
                folder.resolve("issuers/twin.yaml"),
                Files.readString(folder.resolve("issuers/dev.yaml")).replace("name: dev", "name: twin"));

        var refused = assertThrows(DocumentsRefusedException.class, () -> read());

        assertTrue(
                String.valueOf(refused.getMessage())
                        .contains("issuers/twin.yaml:2:1: another document trusts the same"),
                refused.getMessage());
    }

    @Test
    void aGrantIsNotCalledLikeAWitness() throws IOException {
        Files.writeString(
                folder.resolve("grants/witness-orders.yaml"),
                Files.readString(folder.resolve("grants/orders-glance.yaml"))
                        .replace("name: orders-glance", "name: witness-orders"));

        var refused = assertThrows(DocumentsRefusedException.class, () -> read());

        assertTrue(String.valueOf(refused.getMessage()).contains("does not begin with witness-"), refused.getMessage());
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws IOException {
        Files.write(folder.resolve("grants/orders-glance.yaml"), new byte[] {(byte) 0xff, 'a'});

        var refused = assertThrows(DocumentsRefusedException.class, () -> read());

        assertEquals("grants/orders-glance.yaml:1:1: expected UTF-8", refused.getMessage());
    }

    @Test
    void plaintextToTheDatabaseHasToBeAllowed() {
        replace("databases/orders.yaml", "allowPlaintext: true", "allowPlaintext: false");

        assertEquals(
                Database.Tls.VERIFY_FULL,
                at(read().compile().databases(), "orders").tls());
    }

    @Test
    void theSameDocumentsGiveTheSameBytes() {
        assertEquals(
                new String(ConfigurationWriter.bytes(read()), StandardCharsets.UTF_8),
                new String(ConfigurationWriter.bytes(read()), StandardCharsets.UTF_8));
    }

    @Test
    void aChangedCommentInAGrantChangesTheAddress() {
        var before = ConfigurationWriter.digest(read());
        replace("grants/orders-glance.yaml", "connections: 2", "connections: 2 # two");

        assertTrue(!before.equals(ConfigurationWriter.digest(read())));
    }

    private Documents read() {
        return Documents.read(folder, new HashMap<>(DemoDocuments.VARIABLES));
    }

    private void replace(String file, String good, String bad) {
        try {
            var path = folder.resolve(file);
            String text = Files.readString(path);
            assertTrue(text.contains(good), "the good document does not have: " + good);
            int at = text.indexOf(good);
            Files.writeString(path, text.substring(0, at) + bad + text.substring(at + good.length()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <V> V at(Map<String, V> map, String name) {
        return Optional.ofNullable(map.get(name)).orElseThrow();
    }
}
