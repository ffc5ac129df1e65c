package dev.daypass.grants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.database.Database;
import dev.daypass.grants.GrantDocument.DateUnit;
import dev.daypass.grants.GrantDocument.Literal;
import dev.daypass.grants.GrantDocument.Mask;
import dev.daypass.grants.GrantDocument.RoutineName;
import dev.daypass.grants.GrantDocument.RowRule;
import dev.daypass.grants.GrantDocument.RowTest;
import dev.daypass.grants.GrantDocument.TableGrant;
import dev.daypass.grants.GrantDocument.TableName;
import dev.daypass.grants.GrantDocument.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresOwnerTest {
    private static final TableName ORDERS = new TableName("public", "orders");

    /** Everything in quotes of any kind: what is left is the statements' own words. */
    private static final Pattern QUOTED =
            Pattern.compile("\\$daypass\\$.*\\$daypass\\$|'(?:''|[^'])*'|\"(?:\"\"|[^\"])*\"", Pattern.DOTALL);

    private final Documents documents = DemoDocuments.read();
    private final GrantDocument support = grant("orders-support-read");

    @Test
    void theGroupHasRightsOnItsViewsAndNoneOnATable() {
        var held = objects(support, 18).rights();

        held.forEach((holding, rights) -> {
            if (holding.role().equals("dpg_orders_support_read")) {
                assertFalse(holding.object().startsWith("\"public\""), holding.toString());
            }
        });
        assertTrue(statements(support)
                .contains("GRANT SELECT (\"created_at\", \"email\", \"id\", \"name\") ON TABLE"
                        + " \"dpg_orders_support_read\".\"customers\" TO \"dpg_orders_support_read\""));
    }

    @Test
    void theViewsOwnerMayReadWhatTheViewsShowAndWhatTheirRulesAsForAndNoMore() {
        assertTrue(statements(support)
                .contains("GRANT SELECT (\"amount_cents\", \"cardholder\", \"id\", \"order_id\", \"paid_at\", \"pan\","
                        + " \"status\") ON TABLE \"public\".\"payments\" TO \"dpv_orders_support_read\""));
        assertFalse(statements(support).stream().anyMatch(sql -> sql.contains("\"phone\"")));
    }

    @Test
    void theOwnerOfViewsReadsTheKeyOnlyWhereAMaskNeedsIt() {
        assertTrue(statements(support)
                .contains("GRANT SELECT ON TABLE \"daypass\".\"masking_key\" TO \"dpv_orders_support_read\""));
        assertFalse(statements(grant("orders-glance")).stream().anyMatch(sql -> sql.contains("masking_key")));
    }

    @Test
    void everyViewIsABarrierAndOneThatTakesRowsChecksThem() {
        var read = Map.of(Verb.SELECT, List.of("id"));
        var insert = Map.of(Verb.SELECT, List.of("id"), Verb.INSERT, List.of("id"));
        var update = Map.of(Verb.UPDATE, List.of("id"));
        var delete = Map.of(Verb.DELETE, List.<String>of());

        assertEquals(List.of("security_barrier=true"), view(read).options());
        assertEquals(
                List.of("security_barrier=true", "check_option=cascaded"),
                view(insert).options());
        assertEquals(
                List.of("security_barrier=true", "check_option=cascaded"),
                view(update).options());
        // The server refuses the check where there is nothing that could be written.
        assertEquals(List.of("security_barrier=true"), view(delete).options());
    }

    @Test
    void aTableWhoseRowsMayOnlyBeDeletedShowsNothing() {
        var view = view(Map.of(Verb.DELETE, List.of()));

        assertEquals("SELECT true AS \"row\" FROM \"public\".\"orders\" AS \"t\"", view.query());
        assertEquals(List.of("row"), view.columns());
    }

    @Test
    void aMaskedColumnKeepsItsNameAndNeverAppearsAsItIs() {
        for (var mask : List.of(
                new Mask.Pan(),
                new Mask.Hash(),
                new Mask.Redact(),
                new Mask.Null(),
                new Mask.DateTruncate(DateUnit.QUARTER))) {
            var view = PostgresViews.view(
                    ORDERS,
                    new TableGrant(
                            "orders",
                            Map.of(Verb.SELECT, List.of("secret")),
                            new TreeMap<>(Map.of("secret", mask)),
                            List.of()));

            assertTrue(view.query().contains(" AS \"secret\" FROM "), view.query());
            assertFalse(view.query().startsWith("SELECT \"t\".\"secret\" AS"), view.query());
        }
    }

    @Test
    void rowRulesAreJoinedByAndAndTheirValuesAreLiterals() {
        var view = view(
                Map.of(Verb.SELECT, List.of("id")),
                new RowRule("status", new RowTest.In(List.of(new Literal.Text("it's"), new Literal.Whole(7)))),
                new RowRule(
                        "amount",
                        new RowTest.Between(Optional.of(new Literal.Whole(-1)), Optional.of(new Literal.Whole(9)))),
                new RowRule("gone", new RowTest.IsNull(true)),
                new RowRule("open", new RowTest.In(List.of(new Literal.Truth(true)))),
                new RowRule("placed_at", new RowTest.NewerThan(Duration.ofHours(1))));

        assertEquals(
                "SELECT \"t\".\"id\" AS \"id\" FROM \"public\".\"orders\" AS \"t\""
                        + " WHERE \"t\".\"status\" IN ('it''s', '7')"
                        + " AND \"t\".\"amount\" >= '-1' AND \"t\".\"amount\" < '9'"
                        + " AND \"t\".\"gone\" IS NULL"
                        + " AND \"t\".\"open\" IN ('true')"
                        + " AND extract(epoch FROM \"t\".\"placed_at\") > extract(epoch FROM statement_timestamp()) - 3600",
                view.query());
    }

    @Test
    void aBackslashMeansItselfWhateverTheServersSettingIs() {
        assertEquals(" E'\\\\''; DROP TABLE x; --'", PostgresObjects.literal("\\'; DROP TABLE x; --"));
        assertEquals("'plain'", PostgresObjects.literal("plain"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'; DROP TABLE orders; --",
                "\\'; DROP TABLE orders; --",
                "\"; DROP TABLE orders; --",
                "$daypass$; DROP TABLE orders; --",
                "x\n'; DROP TABLE orders; --"
            })
    void noTextOfADocumentIsMoreThanATextInSql(String hostile) {
        var hostileTable = new TableName("public\"; DROP TABLE orders; --", "orders\"; DROP TABLE orders; --");
        var columns = List.of("id\"; DROP TABLE orders; --");
        var table = new TableGrant(
                "view\"; DROP TABLE orders; --",
                Map.of(Verb.SELECT, columns, Verb.UPDATE, columns),
                new TreeMap<>(),
                List.of(new RowRule(columns.getFirst(), new RowTest.In(List.of(new Literal.Text(hostile))))));
        var grant = with(support, new TreeMap<>(Map.of(hostileTable, table)), hostile);

        for (var sql : statements(grant)) {
            String own = QUOTED.matcher(sql.replace("\\\\", "")).replaceAll("");
            assertFalse(own.contains("DROP TABLE"), sql);
            assertFalse(own.contains(";"), sql);
        }
    }

    @Test
    void aNameWithDollarsDoesNotEndABlock() {
        assertEquals(
                "DO $daypass_$ BEGIN 'a$daypass$b' END $daypass_$", PostgresOwner.block("BEGIN 'a$daypass$b' END"));
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void noServerIsToldWhatItDoesNotKnow(int version) {
        var owner = new PostgresOwner(version(version));
        var all = String.join("\n", owner.database()) + String.join("\n", owner.grant(support));

        assertEquals(version >= 16, all.contains("createrole_self_grant"));
        assertEquals(version >= 16, all.contains("INHERIT FALSE, SET FALSE"));
        assertEquals(version >= 15, all.contains("GRANT SET ON PARAMETER log_statement TO \"vault_admin\""));
        assertEquals(version < 15, all.contains("ALTER DATABASE \"orders\" SET log_statement = 'all'"));
    }

    @Test
    void onAnOlderServerTheAdministratorIsAMemberOfEachSessionUserAndTheUserOfTheGroup() {
        assertEquals(
                List.of(
                        "CREATE ROLE \"{{name}}\" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' CONNECTION LIMIT 3",
                        "GRANT \"{{name}}\" TO \"vault_admin\"",
                        "ALTER ROLE \"{{name}}\" SET statement_timeout = '30000ms'",
                        "ALTER ROLE \"{{name}}\" SET search_path = \"dpg_orders_support_read\"",
                        "ALTER ROLE \"{{name}}\" SET log_statement = 'all'",
                        "GRANT \"dpg_orders_support_read\" TO \"{{name}}\""),
                new PostgresLogin(version(15)).session(support));
        assertFalse(new PostgresLogin(version(14))
                .session(support).stream().anyMatch(sql -> sql.contains("log_statement")));
    }

    @Test
    void aFunctionIsNamedWithItsTypesAndItsSchemaMayBeUsed() {
        var grant = new GrantDocument(
                support.name(),
                support.version(),
                support.description(),
                support.owner(),
                support.database(),
                new TreeMap<>(),
                List.of(new RoutineName("shop", "total", List.of("integer", "timestamp with time zone"))),
                List.of(new TableName("shop", "ids")),
                support.entitled(),
                support.life(),
                support.sessions(),
                support.purpose(),
                support.connections(),
                support.statementTimeout(),
                support.whenNarrowed(),
                support.unmaskedPan(),
                support.text());

        var statements = statements(grant);

        assertTrue(
                statements.contains("GRANT EXECUTE ON ROUTINE \"shop\".\"total\"(integer, timestamp with time zone) TO"
                        + " \"dpg_orders_support_read\""));
        assertTrue(statements.contains("GRANT USAGE ON SCHEMA \"shop\" TO \"dpg_orders_support_read\""));
        assertTrue(statements.contains("GRANT USAGE ON SEQUENCE \"shop\".\"ids\" TO \"dpg_orders_support_read\""));
    }

    private PostgresObjects.View view(Map<Verb, List<String>> columns, RowRule... rows) {
        return PostgresViews.view(ORDERS, new TableGrant("orders", columns, new TreeMap<>(), List.of(rows)));
    }

    private PostgresObjects objects(GrantDocument grant, int version) {
        return new PostgresObjects(version(version), grant);
    }

    private List<String> statements(GrantDocument grant) {
        return OwnerStatements.of(documents.databaseOf(support)).grant(grant);
    }

    private DatabaseDocument version(int version) {
        var document = documents.databaseOf(support);
        Database database = document.database();
        return new DatabaseDocument(
                database,
                version,
                document.administrator(),
                document.deployer(),
                document.lanes(),
                true,
                false,
                document.clientHost(),
                document.cards(),
                document.accepts());
    }

    private static GrantDocument with(GrantDocument grant, SortedMap<TableName, TableGrant> tables, String text) {
        return new GrantDocument(
                grant.name(),
                grant.version(),
                grant.description(),
                grant.owner(),
                grant.database(),
                tables,
                List.of(),
                List.of(),
                grant.entitled(),
                grant.life(),
                grant.sessions(),
                grant.purpose(),
                grant.connections(),
                grant.statementTimeout(),
                grant.whenNarrowed(),
                grant.unmaskedPan(),
                text);
    }

    private GrantDocument grant(String name) {
        return Optional.ofNullable(documents.grants().get(name)).orElseThrow();
    }
}
