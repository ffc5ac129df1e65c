package dev.daypass.grants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.database.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What documents of a MariaDB database may say, and what the cards of a database make of a grant. */
class MariaDbDocumentsTest {
    private static final String DATABASE = """
            name: shop
            engine: mariadb
            host: 127.0.0.1
            port: 3306
            database: shop
            allowPlaintext: true
            administrator: vault_admin
            deployer: daypass_deployer
            clientHost: "%"
            cards:
              columns: ["*.pan"]
            """;
    private static final String GRANT = """
            name: shop-read
            version: "1"
            description: What the tests read.
            owner: me@example.com
            database: shop
            tables:
              shop.payments:
                select: [id, pan]
                masks: {pan: pan}
            functions: ["shop.total()"]
            entitled:
              - issuer: dev
                claims:
                  team: [support]
            ttl: {default: 5m, max: 10m, window: 1h, renewals: 1}
            sessions: 1
            purpose: {required: false}
            connections: 1
            statementTimeout: 5s
            whenNarrowed: end
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @BeforeEach
    void writeTheDocuments() throws IOException {
        DemoDocuments.copyTo(folder);
        Files.writeString(folder.resolve("databases/shop.yaml"), DATABASE);
        Files.writeString(folder.resolve("grants/shop-read.yaml"), GRANT);
    }

    @Test
    void theGoodDocumentsCompile() {
        var documents = Documents.read(folder, DemoDocuments.VARIABLES);
        var shop = Optional.ofNullable(documents.databases().get("shop")).orElseThrow();

        assertTrue(shop != null
                && shop.engine() == Engine.MARIADB
                && shop.clientHost().equals("%"));
        assertEquals(
                List.of("shop-read"),
                documents.grantsOf(shop).stream().map(g -> g.name().text()).toList());
    }

    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            databases/shop.yaml   | port: 3306     | port: 3306¶serverVersion: 16 | 5:1 | serverVersion is for PostgreSQL only
            databases/shop.yaml   | port: 3306     | port: 3306¶logStatements: true | 5:1 | logStatements is for PostgreSQL only
            databases/shop.yaml   | port: 3306     | port: 3306¶logWithPgAudit: true | 5:1 | logWithPgAudit is for PostgreSQL only
            databases/shop.yaml   | columns: ["*.pan"] | types: [shop.card] | 11:3 | mariadb has no types of its own; name the columns
            databases/shop.yaml   | clientHost: "%" | # none                | 1:1  | the field clientHost is missing
            databases/shop.yaml   | "%"            | "%'; --"               | 9:13 | the host part of an account
            grants/shop-read.yaml | masks:         | insert: [note]¶    masks: | 9:5 | mariadb: a table with masks is read only; take insert away
            grants/shop-read.yaml | masks:         | delete: true¶    masks: | 9:5 | mariadb: a table with masks is read only; take delete away
            grants/shop-read.yaml | shop.payments: | shop.orders:¶    select: [id]¶    insert: [id]¶    delete: true¶    rows: [{column: id, in: [1]}]¶  shop.payments: | 9:5 | REPLACE would delete rows that are filtered out
            grants/shop-read.yaml | functions:     | sequences: [shop.ids]¶functions: | 10:1 | mariadb: sequences are not granted
            grants/shop-read.yaml | shop.total()   | shop.total(integer)    | 10:13 | write it without argument types: shop.total()
            grants/shop-read.yaml | masks: {pan: pan} | # none              | 8:18 | the column pan carries cards (*.pan in databases/shop.yaml)
            """)
    void oneFaultIsReportedOnceWhereItIs(String file, String good, String bad, String place, String said)
            throws IOException {
        change(file, good, bad);

        var refused =
                assertThrows(DocumentsRefusedException.class, () -> Documents.read(folder, DemoDocuments.VARIABLES));

        assertEquals(1, refused.problems().size(), refused.getMessage());
        assertTrue(
                refused.problems().getFirst().toString().startsWith(file + ":" + place + ": ")
                        && refused.problems().getFirst().message().contains(said),
                refused.getMessage());
    }

    @Test
    void aTableWithoutMasksMayBeWrittenAndFiltered() throws IOException {
        change(
                "grants/shop-read.yaml",
                "    masks:",
                "    rows: [{column: id, from: 1}]\n  shop.notes:\n    insert: [text]\n  shop.old:\n    as: older\n    select: [pan]\n    masks:");
        change("grants/shop-read.yaml", "select: [id, pan]", "select: [id]");

        assertEquals(3, at("shop-read").tables().size());
    }

    @Test
    void withAnApproverTheColumnMayBeShownAndTheScopeSaysSo() throws IOException {
        change("grants/shop-read.yaml", "    masks: {pan: pan}\n", "");
        change(
                "grants/shop-read.yaml",
                "whenNarrowed: end",
                "whenNarrowed: end\nallowUnmaskedPan: {approver: boss, reason: disputes}");

        assertTrue(at("shop-read").scope().contains("unmasked card numbers, approved by boss"));
    }

    /** Only the live catalog knows which columns have a tagged type. */
    @Test
    void anApproverIsNotIdleWhereTypesAreTagged() throws IOException {
        change("databases/shop.yaml", "columns: [\"*.pan\"]", "types: [shop.card_number]");
        change("databases/shop.yaml", "engine: mariadb", "engine: postgresql\nserverVersion: 16");
        change("databases/shop.yaml", "clientHost: \"%\"\n", "");
        change(
                "grants/shop-read.yaml",
                "whenNarrowed: end",
                "whenNarrowed: end\nallowUnmaskedPan: {approver: boss, reason: disputes}");

        assertTrue(at("shop-read").unmaskedPan().isPresent());
    }

    /** MariaDB takes a dollar in a name as PostgreSQL does. */
    @Test
    void aLoginMayHaveADollarInItsName() throws IOException {
        change("databases/shop.yaml", "vault_admin", "vault$admin");
        change("databases/shop.yaml", "daypass_deployer", "daypass$deployer");
        var shop = Optional.ofNullable(Documents.read(folder, DemoDocuments.VARIABLES)
                        .databases()
                        .get("shop"))
                .orElseThrow();

        assertTrue(
                OwnerStatements.of(shop)
                        .database()
                        .contains("CREATE USER IF NOT EXISTS 'vault$admin'@'%' ACCOUNT LOCK"),
                OwnerStatements.of(shop).database().toString());
    }

    @ParameterizedTest
    @CsvSource({"pan", "hash", "redact", "null"})
    void everyMaskThatHidesTheMiddleIsEnough(String mask) throws IOException {
        change("grants/shop-read.yaml", "{pan: pan}", "{pan: " + mask + "}");

        assertEquals(
                Set.of("pan"),
                at("shop-read").tables().firstEntry().getValue().masks().keySet());
    }

    private GrantDocument at(String name) {
        return Optional.ofNullable(
                        Documents.read(folder, DemoDocuments.VARIABLES).grants().get(name))
                .orElseThrow();
    }

    private void change(String file, String good, String bad) throws IOException {
        String text = Files.readString(folder.resolve(file));
        assertTrue(text.contains(good), good);
        Files.writeString(folder.resolve(file), text.replace(good, bad.replace("¶", "\n")));
    }
}
