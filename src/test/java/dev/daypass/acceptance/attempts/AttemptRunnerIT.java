package dev.daypass.acceptance.attempts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.acceptance.attempts.AttemptRunner.Guess;
import dev.daypass.acceptance.attempts.AttemptRunner.Login;
import dev.daypass.acceptance.attempts.AttemptRunner.Subject;
import dev.daypass.acceptance.attempts.LeakDetector.Hidden;
import dev.daypass.vaultpolicies.Secret;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the runner calls a failure, on a wire that answers as it is told. */
class AttemptRunnerIT {
    private static final String CARD = "4929478218423216";

    @ParameterizedTest(name = "{0}, and the server {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            masked           | SHOW 492947******3216 |
            masked 492947    | SHOW 492947******3216 |
            masked 492947    | SHOW redacted         | it did not show 492947
            masked           | NOTHING               | it did not show anything
            masked           | SHOW 4929478218423216 | shown: the card
            masked           | FAIL 42501 no         | it failed: 42501
            denied 42501     | FAIL 42501 no         |
            denied 42501 no  | FAIL 42501 no         |
            denied 42501 yes | FAIL 42501 no         | it was denied for another reason: 42501
            denied 42501     | FAIL 42703 no         | it was denied for another reason: 42703
            denied 42501     | SHOW x                | it succeeded
            denied 42501     | FAIL 42501 row 4929478218423216 | shown: the card
            accepted why: so | SHOW x                |
            accepted why: so | FAIL 42501 no         | it failed: 42501
            accepted why: so | SHOW 4929478218423216 | shown: the card
            """)
    void eachExpectationFailsForItsOwnReason(String expected, String answer, @Nullable String problem)
            throws Exception {
        var found = run("-- attempt: a\n-- expect: " + expected + "\n" + answer);
        assertTrue(
                problem == null ? found.isEmpty() : found.orElse("").startsWith(problem),
                () -> "it said: " + found.orElse("nothing"));
    }

    @Test
    void aStepBeforeTheLastMustSucceed() throws Exception {
        var found = run("-- attempt: a\n-- expect: denied 42501\nFAIL 42501 no\nFAIL 42501 no");
        assertEquals(Optional.of("line 3 failed already: 42501 no"), found);
    }

    @Test
    void aGuessThatCanBeToldFromAnotherIsAFailure() throws Exception {
        assertEquals(Optional.empty(), run("-- attempt: a\n-- expect: masked\nSHOW {guess:pan} 0"));
        assertTrue(run("-- attempt: a\n-- expect: masked\nIS {guess:pan}")
                .orElse("")
                .startsWith("a right guess can be told from a wrong one"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT 1                                                  | SQL before the first attempt
            -- attempt: a¶SELECT 1                                    | expected -- expect:
            -- attempt: a¶-- expect: perhaps¶SELECT 1                 | expected -- expect:
            -- attempt: a¶-- expect: denied¶SELECT 1                  | expected -- expect:
            -- attempt: a¶-- expect: accepted: so¶SELECT 1            | expected -- expect:
            -- attempt: a¶-- expect: masked                           | nothing is tried
            -- attempt: a¶-- expect: masked¶  SELECT 1                | a line that continues nothing
            -- attempt: a¶-- expect: masked¶\\run                      | expected \\connect or \\on
            -- attempt: a¶-- expect: masked¶-- servers: new¶SELECT 1  | expected -- servers
            -- attempt: a¶-- expect: masked¶COPY t FROM STDIN¶x       | expected COPY's lines up to
            -- attempt: a¶-- expect: masked¶SELECT 1¶-- attempt: a¶-- expect: masked¶SELECT 1 | called so
            """)
    void aFileThatSaysSomethingElseIsRefused(String text, String said) {
        var refused = assertThrows(
                IllegalArgumentException.class,
                () -> AttemptFiles.parse(
                        "file", List.of(text.replace("\\\\", "\\").split("¶"))));
        assertTrue(String.valueOf(refused.getMessage()).contains(said.replace("\\\\", "\\")), refused::getMessage);
    }

    private static Optional<String> run(String text) throws Exception {
        var attempts = AttemptFiles.parse("file", List.of(text.split("\n")));
        var login = new Login("dp_a", new Secret("a password"));
        var subject = new Subject(login, () -> login, Map.of(), Map.of("pan", new Guess(CARD, "4929471111113216")));
        var detector = new LeakDetector(List.of(Hidden.card("the card", CARD)));
        return new AttemptRunner(new ToldWire(), detector, subject).run(attempts.getFirst());
    }

    /** Does what the statement says. */
    private static final class ToldWire implements Wire {
        @Override
        public String database() {
            return "shop";
        }

        @Override
        public int major() {
            return 18;
        }

        @Override
        public Connection connect(Login login, String database, Map<String, String> properties) {
            return (Connection) Proxy.newProxyInstance(
                    Connection.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> null);
        }

        @Override
        public void run(Connection connection, Step.Statement statement, Heard heard) throws SQLException {
            var words = statement.sql().split(" ", 2);
            switch (words[0]) {
                case "SHOW" -> heard.rows(1).value(0, words[1]);
                case "IS" -> heard.rows(1).value(0, words[1].equals(CARD) ? "1" : "0");
                case "FAIL" -> throw new SQLException(words[1].substring(6), words[1].substring(0, 5));
                default -> {}
            }
        }

        @Override
        public void failed(SQLException failure, Heard heard) {
            heard.say("error", failure.getMessage());
        }
    }
}
