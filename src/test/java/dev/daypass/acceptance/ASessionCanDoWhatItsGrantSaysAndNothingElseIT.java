package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.acceptance.attempts.Attempt;
import dev.daypass.acceptance.attempts.AttemptFiles;
import dev.daypass.acceptance.attempts.AttemptRunner;
import dev.daypass.acceptance.attempts.AttemptRunner.Login;
import dev.daypass.acceptance.attempts.AttemptRunner.Subject;
import dev.daypass.acceptance.attempts.LeakDetector;
import dev.daypass.acceptance.attempts.PostgresWire;
import dev.daypass.acceptance.attempts.ShopSecrets;
import dev.daypass.cli.local.LocalDaypass;
import dev.daypass.testbed.CardPaymentSchema;
import dev.daypass.testbed.PostgresPeer;
import dev.daypass.vaultpolicies.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every attempt of {@code attempts/postgresql}, by a session that Vault made for an agent. A failure names the attempt by file and
 * line.
 */
@ExtendWith(RunningDaypass.class)
@DisplayName(
        "3: a session can do what its grant says and nothing else: not through PUBLIC, inherited roles, catalog tricks,"
                + " functions, COPY, or other databases")
class ASessionCanDoWhatItsGrantSaysAndNothingElseIT {
    private static final int FEWEST = 150;

    /** Many are refused to everybody, and many of those that are not show no value. */
    private static final int FEWEST_TO_SHOW = 100;

    /** What the grant of {@link MaskedShop} has beyond the demo's. */
    private static final Set<String> EVERYTHING = Set.of("corpus");

    @Test
    void onTheNewestPostgresqlWithEveryKindOfMask() throws Exception {
        nothingElse(Optional.empty());
    }

    @Test
    void onTheOldestPostgresqlWithEveryKindOfMask() throws Exception {
        nothingElse(Optional.of(archive("14.")));
    }

    private static void nothingElse(Optional<Path> archive) throws Exception {
        try (var shop = MaskedShop.open(archive);
                var owner = shop.owner()) {
            assertNothingElse(
                    shop.postgres(), owner, EVERYTHING, MaskedShop.GROUP, MaskedShop.VIEW_OWNER, shop::session);
        }
    }

    @Test
    void ofASessionOfTheDemoThroughTheFrontDoor(LocalDaypass daypass) throws Exception {
        var api = new Api(daypass.api());
        try (var owner = daypass.postgres().ownerConnection(CardPaymentSchema.DATABASE)) {
            assertNothingElse(
                    daypass.postgres(), owner, Set.of(), "dpg_orders_support_read", "dpv_orders_support_read", () -> {
                        var answer = api.vend(daypass.token(), "orders-support-read");
                        assertEquals(201, answer.status(), answer.body().toString());
                        return new Login(answer.text("user"), new Secret(answer.text("password")));
                    });
        }
    }

    /** A proof that cannot fail proves nothing: whoever reads the tables themselves is found out by many attempts. */
    @Test
    void aSessionThatReadsTheTablesThemselvesIsFoundOut() throws Exception {
        try (var shop = MaskedShop.open(Optional.empty());
                var owner = shop.owner();
                var statement = owner.createStatement()) {
            var session = shop.session();
            statement.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO " + MaskedShop.GROUP);
            statement.execute("GRANT USAGE ON SCHEMA public TO " + MaskedShop.GROUP);
            statement.execute("ALTER ROLE \"" + session.user() + "\" SET search_path = public");
            var problems = problems(
                    shop.postgres(),
                    owner,
                    EVERYTHING,
                    MaskedShop.GROUP,
                    MaskedShop.VIEW_OWNER,
                    () -> session,
                    attempt -> !attempt.ownSession());
            var shown = problems.stream()
                    .filter(problem -> problem.contains("\nshown: "))
                    .count();
            assertTrue(shown >= FEWEST_TO_SHOW, shown + " of " + problems.size() + " were found to show something");
        }
    }

    private static void assertNothingElse(
            PostgresPeer postgres,
            Connection owner,
            Set<String> has,
            String group,
            String viewOwner,
            Callable<Login> sessions)
            throws Exception {
        var problems = problems(postgres, owner, has, group, viewOwner, sessions, attempt -> true);
        assertTrue(problems.isEmpty(), () -> problems.size() + " attempts:\n" + String.join("\n\n", problems));
    }

    private static List<String> problems(
            PostgresPeer postgres,
            Connection owner,
            Set<String> has,
            String group,
            String viewOwner,
            Callable<Login> sessions,
            Predicate<Attempt> chosen)
            throws Exception {
        boolean corpus = !has.isEmpty();
        var login = sessions.call();
        var other = sessions.call();
        var problems = new ArrayList<String>();
        int tried = 0;
        var wire = new PostgresWire(postgres::jdbcUrl, CardPaymentSchema.DATABASE, postgres.major());
        try (var theOther = wire.connect(other, wire.database(), Map.of());
                var statement = theOther.createStatement();
                var row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            var subject = new Subject(
                    login,
                    sessions,
                    Map.of("group", group, "viewowner", viewOwner, "other", other.user(), "pid", row.getString(1)),
                    ShopSecrets.guesses(owner, corpus));
            var runner = new AttemptRunner(wire, new LeakDetector(ShopSecrets.of(owner, corpus)), subject);
            for (var attempt : AttemptFiles.of("postgresql")) {
                if (attempt.applies(has, postgres.major()) && chosen.test(attempt)) {
                    tried++;
                    runner.run(attempt)
                            .ifPresent(
                                    problem -> problems.add(attempt + " (" + attempt.expectation() + ")\n" + problem));
                }
            }
        }
        assertTrue(tried >= FEWEST, tried + " attempts only");
        return problems;
    }

    /** Of another version's binaries, as the build put it beside this module's classes. */
    private static Path archive(String version) throws Exception {
        try (var files = Files.list(Path.of(System.getProperty("daypass.root", "."), "target", "postgresql"))) {
            return files.filter(file -> file.getFileName().toString().contains("-" + version))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no binaries of PostgreSQL " + version + "x"));
        }
    }
}
