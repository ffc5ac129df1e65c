package dev.daypass.grants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.database.Database;
import dev.daypass.digest.Sha256;
import dev.daypass.grant.ClaimValues;
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
        DemoDocuments.copyTo(folder);
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
                        "select on public.customers(id, name, email as hash, created_at as date-truncate month)",
                        "select on public.orders(id, customer_id, item, amount_cents, currency, placed_at)",
                        "select on public.payments(id, order_id, pan as pan, cardholder as redact, amount_cents, status,"
                                + " paid_at) where status in ['AUTHORISED', 'CAPTURED']",
                        "select on public.refunds(id, order_id, amount_cents, reason, created_at)"),
                grant.scope());
        assertEquals(Sha256.of(Files.readAllBytes(folder.resolve("grants/orders-support-read.yaml"))), grant.digest());

        var refund = at(configuration.grants(), "orders-refund-write");
        assertEquals(
                List.of("orders-refund-write--1", "orders-refund-write--2"),
                refund.entitlements().stream().map(e -> e.vaultRole()).toList());
        assertEquals(
                Map.of("team", ClaimValues.of("support"), "role", ClaimValues.of("lead")),
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

    /** One change each to a good document, which gates find it alone, the line and column where it is reported, and what is said. */
    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            grants/orders-glance.yaml | owner:           | holder:            | both | 5:1  | there is no field holder here; did you mean owner? accepted: name, version,
            grants/orders-glance.yaml | tables:          | tabels:            | both | 7:1  | there is no field tabels here; did you mean tables? accepted: name, version,
            grants/orders-glance.yaml | owner:           | version:           | both | 5:1  | the field version is there twice
            grants/orders-glance.yaml | version: "2"     | version: 2         | both | 3:10 | put it in quotes
            grants/orders-glance.yaml | version: "2"     | version: 2026-01-01 | both | 3:10 | put it in quotes
            grants/orders-glance.yaml | name: orders-glance | name: orders-look | form | 2:7 | expected the file's name: orders-glance
            grants/orders-glance.yaml | name: orders-glance | name: orders_glance | both | 2:7 | 1 to 40 of a-z, 0-9 and single hyphens
            grants/orders-glance.yaml | database: orders | database: order    | form | 6:11 | the name of a database that has a document: orders, got "order"; did you mean orders?
            grants/orders-glance.yaml | issuer: dev      | issuer: prod       | form | 11:13 | the name of an issuer that has a document: dev
            grants/orders-glance.yaml | public.orders:   | orders:            | both | 8:3  | a name with its schema, such as public.orders, got "orders"
            grants/orders-glance.yaml | [id, customer_id, item, amount_cents, currency, placed_at] | all | both | 9:13 | expected a list
            grants/orders-glance.yaml | [id, customer_id, item, amount_cents, currency, placed_at] | []  | both | 9:13 | at least 1 member
            grants/orders-glance.yaml | select: [id,     | select: [id, id,   | both | 9:18 | in the list already
            grants/orders-glance.yaml | select: [        | selct: [           | both | 9:5  | there is no field selct here; did you mean select? accepted: as, select,
            grants/orders-glance.yaml | placed_at]       | placed_at]¶    delete: all | both | 10:13 | expected true or false
            grants/orders-glance.yaml | placed_at]       | placed_at]¶    masks: {item: pam} | both | 10:19 | one of pan, hash, redact, null, or {date-truncate: month}, got "pam"; did you mean pan?
            grants/orders-glance.yaml | placed_at]       | placed_at]¶    masks: {placed_at: {date-truncate: day}} | both | 10:40 | expected one of year, quarter, month
            grants/orders-glance.yaml | placed_at]       | placed_at]¶    masks: {placed_at: {date-truncat: month}} | both | 10:25 | did you mean date-truncate?
            grants/orders-glance.yaml | placed_at]       | placed_at]¶    masks: {items: hash} | beside | 10:13 | the column items is masked and not selected; did you mean item?
            grants/orders-glance.yaml | placed_at]       | placed_at]¶    update: [id, item]¶    masks: {item: hash} | beside | 10:18 | the column item is masked and written
            grants/orders-glance.yaml | placed_at]       | placed_at]¶    insert: [item]¶    masks: {item: hash} | beside | 10:14 | the column item is masked and written
            grants/orders-glance.yaml | placed_at]       | placed_at]¶    insert: [item]¶    update: [item]¶    rows: [{column: id, in: [1]}] | beside | 10:5 | an upsert would reach rows that are filtered out
            grants/orders-glance.yaml | placed_at]       | placed_at]¶    rows: [{column: id}] | form | 10:12 | expected one condition
            grants/orders-glance.yaml | placed_at]       | placed_at]¶    rows: [{column: id, in: [1], isNull: false}] | form | 10:12 | expected one condition
            grants/orders-glance.yaml | placed_at]       | placed_at]¶    rows: [{column: id, in: [1.5]}] | both | 10:30 | put it in quotes
            grants/orders-glance.yaml | placed_at]       | placed_at]¶    rows: [{column: placed_at, before: today}] | form | 10:40 | today would be the time at which the document is applied
            grants/orders-glance.yaml | placed_at]       | placed_at]¶    rows: [{column: placed_at, from: 04:00 Yesterday}] | form | 10:38 | yesterday would be the time at which the document is applied
            grants/orders-glance.yaml | placed_at]       | placed_at]¶    rows: [{column: id, newerThan: 1y}] | both | 10:36 | a duration such as 30s, 10m or 1h
            grants/orders-glance.yaml | placed_at]       | placed_at]¶  sales.orders:¶    select: [id] | beside | 10:3 | sales.orders would be called orders in the grant's schema, as public.orders is
            grants/orders-glance.yaml | select: [id, customer_id, item, amount_cents, currency, placed_at] | {} | form | 9:5 | at least one of select, insert, update, delete
            grants/orders-glance.yaml | [id, customer_id | [id, "customer; DROP TABLE orders" | both | 9:18 | letters, digits, _ and $
            grants/orders-glance.yaml | [id, customer_id | [id, 'customer"id' | both | 9:18 | letters, digits, _ and $
            grants/orders-glance.yaml | [id, customer_id | [id, "customer'id" | both | 9:18 | letters, digits, _ and $
            grants/orders-glance.yaml | [id, customer_id | [id, "customer\\\\id" | both | 9:18 | letters, digits, _ and $
            grants/orders-glance.yaml | [id, customer_id | [id, customer.id   | both | 9:18 | letters, digits, _ and $
            grants/orders-glance.yaml | [id, customer_id | [id, customer--id  | both | 9:18 | letters, digits, _ and $
            grants/orders-glance.yaml | [id, customer_id | [id, "customer_id\\n" | both | 9:18 | letters, digits, _ and $
            grants/orders-glance.yaml | [id, customer_id | [id, "customer_id\\0" | both | 9:18 | letters, digits, _ and $
            grants/orders-glance.yaml | [id, customer_id | [id, kundennümmer  | both | 9:18 | letters, digits, _ and $
            grants/orders-glance.yaml | [id, customer_id | [id, a123456789012345678901234567890123456789012345678901234567890123 | both | 9:18 | at most 63
            grants/orders-glance.yaml | public.orders:   | "public.orders; --":  | both | 8:3 | a name with its schema
            grants/orders-glance.yaml | public.orders:   | "public\\".orders":  | both | 8:3 | a name with its schema
            grants/orders-glance.yaml | public.orders:   | a.public.orders:   | both | 8:3  | a name with its schema
            grants/orders-glance.yaml | placed_at]       | placed_at]¶functions: [public.total] | both | 10:13 | a function with its schema and argument types, such as public.total(integer)
            grants/orders-glance.yaml | placed_at]       | placed_at]¶functions: ["public.total(integer); --"] | both | 10:13 | a function with its schema
            grants/orders-glance.yaml | placed_at]       | placed_at]¶sequences: [refunds_id_seq] | both | 10:13 | a name with its schema
            grants/orders-glance.yaml | team: [support]  | team: [no]         | both | 13:14 | put it in quotes
            grants/orders-glance.yaml | team: [support]  | no: [support]      | both | 13:7 | put it in quotes
            grants/orders-glance.yaml | team: [support]  | team: ["sup*"]     | both | 13:14 | without *
            grants/orders-glance.yaml | team: [support]  | /team: [support]   | both | 13:7 | not beginning with /
            grants/orders-glance.yaml | team: [support]  | team: support      | both | 13:13 | expected a list of values, or {values: [...], matches: [...]}
            grants/orders-glance.yaml | team: [support]  | team: {values: [support]} | both | 13:13 | the field matches is missing
            grants/orders-glance.yaml | team: [support]  | team: {matches: ["(a+)+"]} | form | 13:24 | could be made to backtrack
            grants/orders-glance.yaml | max: 10s         | max: 25s           | form | 17:11 | window is shorter than max
            grants/orders-glance.yaml | max: 10s         | max: 4s            | form | 16:8 | max is shorter than default
            grants/orders-glance.yaml | max: 10s         | max: PT10S         | both | 16:8 | a duration such as 30s, 10m or 1h, from 1s to 24h
            grants/orders-glance.yaml | window: 20s      | window: 25h        | form | 17:11 | from 1s to 24h
            grants/orders-glance.yaml | default: 5s      | usual: 5s          | both | 15:3 | there is no field usual here; did you mean default?
            grants/orders-glance.yaml | default: 5s      | # nothing          | both | 16:3 | the field default is missing
            grants/orders-glance.yaml | ttl:             | tls:               | both | 14:1 | there is no field tls here; did you mean ttl?
            grants/orders-glance.yaml | required: false  | required: no       | both | 21:13 | expected true or false
            grants/orders-glance.yaml | required: false  | pattern: A+        | both | 21:3 | the field required is missing
            grants/orders-glance.yaml | connections: 2   | connections: 0     | both | 22:14 | a number from 1 to 100
            grants/orders-glance.yaml | connections: 2   | connections: 0x2   | both | 22:14 | a number from 1 to 100
            grants/orders-glance.yaml | connections: 2   | connections: "2"   | both | 22:14 | a number from 1 to 100
            grants/orders-glance.yaml | connections: 2   | connections: ${n}  | both | 22:14 | a number from 1 to 100
            grants/orders-glance.yaml | statementTimeout: 5s | statementTimeout: 0s | form | 23:19 | from 1s to 1h
            grants/orders-glance.yaml | whenNarrowed: drain | whenNarrowed: drian | both | 24:15 | expected one of drain, end, got "drian"; did you mean drain?
            grants/orders-glance.yaml | database: orders | database: &a orders | both | 6:11 | anchors and aliases
            grants/orders-glance.yaml | team: [support]  | team: &c [support]¶      role: *c | both | 13:13 | anchors and aliases
            grants/orders-glance.yaml | tables:          | tables: ]          | yaml | 7:9  | not YAML
            grants/orders-glance.yaml | whenNarrowed: drain | whenNarrowed: drain¶allowUnmaskedPan: {approver: me, reason: none} | beside | 25:1 | no column that carries cards is shown unmasked
            grants/orders-glance.yaml | whenNarrowed: drain | whenNarrowed: drain¶allowUnmaskedPan: {reason: none} | both | 25:19 | the field approver is missing
            grants/orders-support-read.yaml | pan: pan      | status: redact      | beside | 16:28 | the column pan carries cards (public.payments.pan in databases/orders.yaml): mask it
            grants/orders-support-read.yaml | pan: pan      | pan: {date-truncate: month} | beside | 18:12 | the column pan carries cards
            issuers/dev.yaml          | singleUse: true  | # nothing          | both | 3:1  | the field singleUse is missing
            issuers/dev.yaml          | algorithms: [ES256] | algorithms: [HS256] | both | 7:14 | one of ES256
            issuers/dev.yaml          | clockSkew: 30s   | clockSkew: 61s     | form | 15:12 | from 0s to 1m
            issuers/dev.yaml          | types: [at+jwt]  | # nothing          | form | 3:1  | the field types is missing
            issuers/dev.yaml          | allowPlainHttpJwks: true | allowPlainHttpJwks: false | form | 8:10 | an https address
            issuers/dev.yaml          | ${devIssuer}     | ${other}           | form | 4:9  | no value was given for the variable ${other}
            issuers/dev.yaml          | allowPlainHttpJwks | allowHttp        | both | 9:1  | there is no field allowHttp here
            databases/orders.yaml     | ${ordersPort}    | 65536              | both | 7:7  | a number from 1 to 65535
            databases/orders.yaml     | ${ordersPort}    | ${devIssuer}       | form | 7:7  | a number from 1 to 65535
            databases/orders.yaml     | administrator: vault_admin | administrator: vault;admin | both | 10:16 | letters, digits, _ and $
            databases/orders.yaml     | serverVersion: 18 | serverVersion: 13 | both | 5:16 | a number from 14 to 18
            databases/orders.yaml     | serverVersion: 18 | # nothing         | both | 3:1  | the field serverVersion is missing
            databases/orders.yaml     | engine: postgresql | engine: postgres | both | 4:9  | expected one of postgresql, mariadb, got "postgres"; did you mean postgresql?
            databases/orders.yaml     | serverVersion: 18 | serverVersion: 18¶clientHost: "%" | both | 6:1 | clientHost
            databases/orders.yaml     | public.payments.pan | payments.pan    | both | 13:13 | schema.table.column, or *.column
            databases/orders.yaml     | public.payments.pan | "public.payments.pan; --" | both | 13:13 | schema.table.column, or *.column
            """)
    void oneFaultIsReportedOnceWhereItIs(String file, String good, String bad, String gates, String place, String said)
            throws IOException {
        replace(file, good, bad.replace("¶", "\n"));

        var refused = assertThrows(DocumentsRefusedException.class, () -> read());

        assertEquals(1, refused.problems().size(), refused.getMessage());
        var problem = refused.problems().getFirst();
        assertTrue(
                problem.toString().startsWith(file + ":" + place + ": ")
                        && problem.message().contains(said),
                refused.getMessage());
        assertEquals(gates, gates(file), refused.getMessage());
    }

    /** Which of the two structural gates would have found it without the other. */
    private String gates(String file) throws IOException {
        String kind = file.substring(0, file.indexOf('/'));
        String name = file.substring(file.indexOf('/') + 1, file.indexOf('.'));
        String text = Files.readString(folder.resolve(file));
        var bySchema = new Source(file, DemoDocuments.VARIABLES, !kind.equals("grants"));
        var byForm = new Source(file, DemoDocuments.VARIABLES, !kind.equals("grants"));
        var tree = DocumentFolder.tree(bySchema, text);
        if (tree.isEmpty()) {
            return "yaml";
        }
        var schema = switch (kind) {
            case "grants" -> DocumentSchema.GRANT;
            case "databases" -> DocumentSchema.DATABASE;
            default -> DocumentSchema.ISSUER;
        };
        var form = switch (kind) {
            case "grants" -> GrantDocument.form(name, text, List.of("orders"), List.of("dev"));
            case "databases" -> DatabaseDocument.form(name);
            default -> IssuerDocument.form(name, List.of());
        };
        schema.check(bySchema, tree.get());
        form.read(byForm, tree.get().root());
        boolean schemaFinds = !bySchema.problems().isEmpty();
        boolean formFinds = !byForm.problems().isEmpty();
        return schemaFinds && formFinds ? "both" : schemaFinds ? "schema" : formFinds ? "form" : "beside";
    }

    /** A pipeline prints what is wrong, whoever wrote the document. */
    @Test
    void whatIsQuotedFromADocumentSteersNoTerminal() {
        replace("grants/orders-glance.yaml", "[id,", "[\"\\e[2J" + "x".repeat(2000) + "\",");

        String said = assertThrows(DocumentsRefusedException.class, () -> read())
                .problems()
                .getFirst()
                .message();

        assertTrue(said.contains("got \"?[2Jxxx"), said);
        assertTrue(said.length() < 1000 && said.endsWith("…"), said);
    }

    /** Two fields that nobody knows and one that is missed: which of the two was meant is not guessed. */
    @Test
    void aMissedFieldIsNotGuessedFromSeveral() {
        replace("grants/orders-glance.yaml", "owner: ", "notes: hello\nremarks: ");

        var refused = assertThrows(DocumentsRefusedException.class, () -> read());

        assertEquals(
                List.of(
                        "2:1 the field owner is missing",
                        "5:1 there is no field notes here",
                        "6:1 there is no field remarks here"),
                refused.problems().stream()
                        .map(p ->
                                p.line() + ":" + p.column() + " " + p.message().split(";", 2)[0])
                        .toList());
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
                        .contains("issuers/twin.yaml:3:1: another document trusts the same"),
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
