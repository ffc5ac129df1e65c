package dev.daypass.deployer.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.deployer.live.Privilege;
import dev.daypass.deployer.live.Privilege.Kind;
import dev.daypass.deployer.live.Privilege.Reason;
import dev.daypass.deployer.live.Privilege.Standing;
import dev.daypass.deployer.postgres.PrivilegeFaults.Fault;
import dev.daypass.grants.DatabaseDocument;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Every fault on the oldest and the newest version; on those in between every eighth, and all that is no single fault. */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(ints = {14, 15, 16, 17, 18})
class PostgresPrivilegesIT {
    /** The database's own CONNECT is in the document and in the baseline. */
    private static final List<String> OTHER_DATABASES =
            List.of("connect on database postgres", "connect on database template1");

    private static final Set<Integer> ALL_FAULTS = Set.of(14, 18);
    private static final int EVERY = 8;

    @SuppressWarnings("NullAway.Init") // before the first test of each version
    private static PrivilegesShop shop;

    @Parameter
    private int major;

    @BeforeParameterizedClassInvocation
    static void start(int major) throws IOException, InterruptedException, SQLException {
        shop = PrivilegesShop.open(major);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        shop.close();
    }

    @Test
    void aPristineDatabaseGivesWhatTheDocumentSaysAndTheBaseline() throws SQLException {
        var read = shop.read();

        assertEquals(List.of(), PostgresProbe.differences(read, shop.probe()));
        assertEquals(OTHER_DATABASES, texts(read, Standing.BEYOND));
        assertEquals(
                24,
                read.privileges().stream()
                        .filter(privilege -> privilege.standing() == Standing.DOCUMENT)
                        .filter(privilege -> privilege.reason() == Reason.GROUP)
                        .count());
        assertTrue(
                texts(read, Standing.DOCUMENT).contains("select on column " + PrivilegesShop.GROUP + ".payments.pan"));
        assertFalse(read.privileges().stream()
                .anyMatch(privilege -> privilege.object().startsWith("public.")));
    }

    /**
     * Before PostgreSQL 15 a pristine server lets everybody create in the schema public, and it is reported all the same. Seen from
     * here the grant's own database is another one.
     */
    @Test
    void aDatabaseMadeFromTemplate0HasNothingBeyondButConnectingElsewhereAndCreatingInPublic() throws SQLException {
        shop.execute("CREATE DATABASE pristine TEMPLATE template0");
        try (var connection = shop.login("ci_reader", "pristine")) {
            var beyond = new ArrayList<>(List.of("have rights on database orders"));
            beyond.addAll(OTHER_DATABASES);
            if (major == 14) {
                beyond.add("create on schema public");
            }

            assertEquals(
                    beyond,
                    texts(PostgresPrivileges.catalog(connection).asItIs(shop.database, shop.grant), Standing.BEYOND));
        } finally {
            shop.execute("DROP DATABASE pristine");
        }
    }

    @Test
    void beforeMembershipsHadOptionsASessionMayBecomeWhatTheGroupDoesNotInherit() throws SQLException {
        assumeTrue(major < 16);
        shop.execute(
                "ALTER ROLE " + PrivilegesShop.GROUP + " NOINHERIT",
                "GRANT SELECT ON payments TO reporting",
                "GRANT reporting TO " + PrivilegesShop.GROUP);
        try {
            var read = shop.asItIs();

            assertTrue(texts(read, Standing.BEYOND)
                    .containsAll(List.of("set on role reporting", "select on table public.payments")));
            assertEquals(List.of(), PostgresProbe.differences(read, shop.probe()));
        } finally {
            shop.execute(
                    "REVOKE reporting FROM " + PrivilegesShop.GROUP,
                    "REVOKE ALL ON payments FROM reporting",
                    "ALTER ROLE " + PrivilegesShop.GROUP + " INHERIT");
        }
    }

    @Test
    void whatTheDatabasesDocumentAcceptsIsAccepted() throws SQLException {
        var given = shop.database;
        var accepting = new DatabaseDocument(
                given.database(),
                given.serverVersion(),
                given.administrator(),
                given.deployer(),
                given.lanes(),
                given.logStatements(),
                given.logWithPgAudit(),
                given.clientHost(),
                given.cards(),
                List.of(new DatabaseDocument.Acceptance("connect on database postgres", "it is empty")));
        try (var connection = shop.login("ci_reader")) {
            var read = PostgresPrivileges.read(connection, accepting, shop.grant);

            assertEquals(List.of("connect on database postgres"), texts(read, Standing.ACCEPTED));
            assertEquals(List.of("connect on database template1"), texts(read, Standing.BEYOND));
        }
    }

    @Test
    void whatCannotBeNamedIsNotListed() throws SQLException {
        shop.execute(
                "CREATE SCHEMA closed",
                "CREATE TABLE closed.secrets (a int)",
                "GRANT SELECT ON closed.secrets TO PUBLIC",
                "CREATE FUNCTION closed.peek() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'");
        try {
            var read = shop.read();

            assertEquals(OTHER_DATABASES, texts(read, Standing.BEYOND));
            assertEquals(List.of(), PostgresProbe.differences(read, shop.probe()));
        } finally {
            shop.execute("DROP SCHEMA closed CASCADE");
        }
    }

    @Test
    void whoeverOwnsAViewOrFunctionIsNamed() throws SQLException {
        shop.execute(
                "CREATE VIEW public.all_cards AS SELECT pan FROM payments",
                "GRANT SELECT ON all_cards TO PUBLIC",
                "CREATE FUNCTION public.peek() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'");
        try {
            var read = shop.read();

            assertEquals(
                    "the view reads as postgres, a superuser",
                    one(read, "select on table public.all_cards").via());
            assertEquals(
                    "postgres, a superuser; execute by PUBLIC",
                    one(read, "execute on function public.peek()").via());
        } finally {
            shop.execute("DROP VIEW public.all_cards", "DROP FUNCTION public.peek");
        }
    }

    @Test
    void everyFunctionThatAnExtensionGivesToEverybodyIsListedWithItsName() throws SQLException {
        shop.execute("CREATE EXTENSION dblink", "CREATE EXTENSION pgcrypto");
        try {
            var read = shop.read();

            assertEquals(List.of(), PostgresProbe.differences(read, shop.probe()));
            var connect = one(read, "execute on function public.dblink_connect(text)");
            assertEquals(Standing.BEYOND, connect.standing());
            assertEquals("extension dblink", connect.via());
            assertEquals(
                    "extension pgcrypto",
                    one(read, "execute on function public.digest(text, text)").via());
            for (var privilege : read.beyond()) {
                if (privilege.via().startsWith("extension")) {
                    shop.execute(privilege.closing().orElseThrow());
                }
            }
            var closed = shop.read();
            assertEquals(OTHER_DATABASES, texts(closed, Standing.BEYOND));
            assertEquals(List.of(), PostgresProbe.differences(closed, shop.probe()));
        } finally {
            shop.execute("DROP EXTENSION dblink", "DROP EXTENSION pgcrypto");
        }
    }

    /** An apply takes it away; until then it is there. */
    @Test
    void whatTheGroupWasGivenByHandIsThereUntilTheNextApply() throws SQLException {
        shop.execute("GRANT SELECT ON payments TO " + PrivilegesShop.GROUP);
        try {
            var now = shop.asItIs();

            assertEquals(OTHER_DATABASES, texts(shop.read(), Standing.BEYOND));
            assertTrue(texts(now, Standing.BEYOND).contains("select on table public.payments"));
            assertEquals(List.of(), PostgresProbe.differences(now, shop.probe()));
            assertEquals(
                    List.of(
                            "the server lets a session have select on table public.payments, which the catalogs did not show"),
                    PostgresProbe.differences(shop.read(), shop.probe()));
        } finally {
            shop.execute("REVOKE ALL ON payments FROM " + PrivilegesShop.GROUP);
        }
    }

    @Test
    void whatTheDeployerMayTakeFromTheGroupIsNotBeyondWhatAnApplyLeaves() throws SQLException {
        shop.execute(
                "GRANT reporting TO " + shop.database.deployer() + " WITH ADMIN OPTION",
                "SET ROLE " + shop.database.deployer() + "; GRANT reporting TO " + PrivilegesShop.GROUP
                        + "; RESET ROLE",
                "ALTER ROLE " + PrivilegesShop.GROUP + " CREATEROLE");
        try {
            assertEquals(OTHER_DATABASES, texts(shop.read(), Standing.BEYOND));
            assertTrue(texts(shop.asItIs(), Standing.BEYOND)
                    .containsAll(List.of("inherit on role reporting", "createrole on role " + PrivilegesShop.GROUP)));
        } finally {
            shop.execute(
                    "ALTER ROLE " + PrivilegesShop.GROUP + " NOCREATEROLE",
                    "SET ROLE " + shop.database.deployer() + "; REVOKE reporting FROM " + PrivilegesShop.GROUP
                            + "; RESET ROLE",
                    "REVOKE reporting FROM " + shop.database.deployer());
        }
    }

    @Test
    void whatOnlyASuperuserMayTakeFromTheGroupIsBeyondWithItsStatement() throws SQLException {
        assumeTrue(major >= 16);
        shop.execute("GRANT reporting TO " + PrivilegesShop.GROUP, "ALTER ROLE " + PrivilegesShop.GROUP + " BYPASSRLS");
        try {
            var read = shop.read();

            assertEquals(
                    Optional.of("REVOKE \"reporting\" FROM \"" + PrivilegesShop.GROUP + "\" GRANTED BY \"postgres\""),
                    one(read, "inherit on role reporting").closing());
            assertEquals(
                    Optional.of("ALTER ROLE \"" + PrivilegesShop.GROUP + "\" NOBYPASSRLS"),
                    one(read, "bypassrls on role " + PrivilegesShop.GROUP).closing());
        } finally {
            shop.execute(
                    "ALTER ROLE " + PrivilegesShop.GROUP + " NOBYPASSRLS",
                    "REVOKE reporting FROM " + PrivilegesShop.GROUP);
        }
    }

    /** A session can make nothing that outlives it, and would refuse every apply with a sentence. */
    @Test
    void whatASessionSaysOfItsOwnAndItsGroupsFutureObjectsIsNotListed() throws SQLException {
        String session = "dp_01kbqnbf0050m4w2h8vfp1xzcj";
        shop.execute(
                "CREATE ROLE " + session,
                "ALTER DEFAULT PRIVILEGES FOR ROLE " + session + " GRANT SELECT ON TABLES TO PUBLIC",
                "ALTER DEFAULT PRIVILEGES FOR ROLE " + PrivilegesShop.GROUP + " GRANT SELECT ON TABLES TO PUBLIC");
        try {
            var read = shop.asItIs();

            assertEquals(OTHER_DATABASES, texts(read, Standing.BEYOND));
            assertEquals(List.of(), PostgresProbe.differences(read, shop.probe()));
            assertEquals(OTHER_DATABASES, texts(shop.probe(), Standing.BEYOND));
        } finally {
            shop.execute(
                    "DROP OWNED BY " + session,
                    "DROP ROLE " + session,
                    "ALTER DEFAULT PRIVILEGES FOR ROLE " + PrivilegesShop.GROUP
                            + " REVOKE SELECT ON TABLES FROM PUBLIC");
        }
    }

    @Test
    void aRightThatTheDocumentSaysAndTheServerDeniesIsADifference() throws SQLException {
        shop.execute("REVOKE SELECT (pan) ON " + PrivilegesShop.GROUP + ".payments FROM " + PrivilegesShop.GROUP);
        try {
            assertEquals(
                    List.of("the catalogs say that a session has select on column " + PrivilegesShop.GROUP
                            + ".payments.pan (GROUP), and the server says that it does not"),
                    PostgresProbe.differences(shop.read(), shop.probe()));
        } finally {
            shop.execute("GRANT SELECT (pan) ON " + PrivilegesShop.GROUP + ".payments TO " + PrivilegesShop.GROUP);
        }
    }

    @Test
    void theProbeLeavesNoLogin() throws SQLException {
        shop.probe();

        assertEquals(0, shop.count("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'dp\\_0%'"));
    }

    @Test
    void aProbeThatCannotConnectLeavesNoLogin() throws SQLException {
        try (var deployer = shop.deployer()) {
            var failure = assertThrows(
                    SQLException.class,
                    () -> PostgresProbe.run(deployer, shop.database, shop.grant, (user, password) -> {
                        throw new SQLException("no way in for " + user);
                    }));

            assertTrue(String.valueOf(failure.getMessage()).startsWith("no way in for dpp_"));
        }
        assertEquals(0, shop.count("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'dp\\_0%'"));
    }

    @Test
    void readingLeavesTheConnectionAsItWas() throws SQLException {
        try (var connection = shop.login("ci_reader");
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET LOCAL search_path = nowhere");
            PostgresPrivileges.catalog(connection);
            try (var row = statement.executeQuery("SHOW search_path")) {
                row.next();
                assertEquals("nowhere", row.getString(1));
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> aFaultIsFoundAndClosed() {
        var faults = PrivilegeFaults.all().stream()
                .filter(fault -> fault.since() <= major)
                .toList();
        int step = ALL_FAULTS.contains(major) ? 1 : EVERY;
        return IntStream.range(0, faults.size())
                .filter(i -> i % step == 0)
                .mapToObj(faults::get)
                .map(fault -> DynamicTest.dynamicTest(fault.name(), () -> isFoundAndClosed(fault)));
    }

    private void isFoundAndClosed(Fault fault) throws SQLException {
        var left = new ArrayList<>(fault.undone());
        shop.execute(fault.made());
        try {
            var read = shop.asItIs();
            var found = found(read, fault)
                    .orElseThrow(() -> new AssertionError("not found among " + texts(read, Standing.BEYOND)));
            left.addFirst(closing(read, found));
            assertEquals(List.of(), PostgresProbe.differences(read, shop.probe()));

            shop.execute(left.removeFirst());

            var closed = shop.asItIs();
            assertEquals(Optional.empty(), found(closed, fault));
            assertEquals(List.of(), PostgresProbe.differences(closed, shop.probe()));
        } finally {
            shop.execute(left);
        }
        assertEquals(OTHER_DATABASES, texts(shop.asItIs(), Standing.BEYOND));
    }

    private static Optional<Privilege> found(EffectivePrivileges read, Fault fault) {
        return read.beyond().stream()
                .filter(privilege -> privilege.text().equals(fault.found()))
                .filter(privilege -> privilege.reason() == fault.reason())
                .findFirst();
    }

    /** What makes a session as good as a superuser is closed where the role is. */
    private static String closing(EffectivePrivileges read, Privilege found) {
        return found.closing()
                .or(() -> read.beyond().stream()
                        .filter(privilege -> privilege.kind() == Kind.ROLE)
                        .findFirst()
                        .flatMap(Privilege::closing))
                .orElseThrow();
    }

    private static List<String> texts(EffectivePrivileges privileges, Standing standing) {
        return privileges.privileges().stream()
                .filter(privilege -> privilege.standing() == standing)
                .map(Privilege::text)
                .distinct()
                .toList();
    }

    private static Privilege one(EffectivePrivileges privileges, String text) {
        return privileges.privileges().stream()
                .filter(privilege -> privilege.text().equals(text))
                .findFirst()
                .orElseThrow();
    }
}
