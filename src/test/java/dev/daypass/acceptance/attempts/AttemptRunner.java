package dev.daypass.acceptance.attempts;

import dev.daypass.acceptance.attempts.Expectation.Accepted;
import dev.daypass.acceptance.attempts.Expectation.Denied;
import dev.daypass.acceptance.attempts.Expectation.Masked;
import dev.daypass.vaultpolicies.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Runs attempts, each on a connection of its own. One whose SQL holds {@code {guess:name}} is run twice: with a value that is
 * there and with one that is not. Unless it is {@code accepted}, the two answers must not differ, whatever they are: otherwise what is
 * hidden could be found out by guessing. Not thread-safe.
 */
public final class AttemptRunner {
    private static final Pattern GUESS = Pattern.compile("\\{guess:([a-z]+)}");

    private final Wire wire;
    private final LeakDetector detector;
    private final Subject subject;

    public AttemptRunner(Wire wire, LeakDetector detector, Subject subject) {
        this.wire = wire;
        this.detector = detector;
        this.subject = subject;
    }

    /** What a session's holder was given. */
    public record Login(String user, Secret password) {}

    /**
     * Who attempts, and what the attempts' words in braces stand for.
     *
     * @param login the session that the attempts share
     * @param another mints a session of the same grant
     * @param words for the other words in braces, such as {@code group}, {@code other} and {@code pid}
     * @param guesses by the name behind {@code guess:}
     */
    public record Subject(
            Login login, Callable<Login> another, Map<String, String> words, Map<String, Guess> guesses) {}

    /**
     * Two values to try.
     *
     * @param truth is in the data, where no session may see it
     * @param decoy is not, and is as long
     */
    public record Guess(String truth, String decoy) {
        public Guess {
            if (truth.length() != decoy.length() || truth.equals(decoy)) {
                throw new IllegalArgumentException("two different texts of one length are needed");
            }
        }
    }

    /** How one run went: what was said, and the error at the last step, if it was there. */
    private record Run(Heard heard, Optional<String> problem, Optional<SQLException> failure) {}

    /** @return why the attempt did not go as it should; empty if it did */
    public Optional<String> run(Attempt attempt) throws Exception {
        var names = GUESS.matcher(attempt.sql())
                .results()
                .map(match -> match.group(1))
                .distinct()
                .toList();
        if (names.isEmpty()) {
            return judged(attempt, run(attempt, Map.of()));
        }
        Map<String, String> truths = new LinkedHashMap<>();
        Map<String, String> decoys = new LinkedHashMap<>();
        for (var name : names) {
            var guess = Optional.ofNullable(subject.guesses().get(name))
                    .orElseThrow(() -> new IllegalArgumentException(attempt + ": nothing is known to guess: " + name));
            truths.put(name, guess.truth());
            decoys.put(name, guess.decoy());
        }
        if (attempt.expectation() instanceof Accepted) {
            return judged(attempt, run(attempt, truths)).or(() -> Optional.empty());
        }
        var right = run(attempt, truths);
        var wrong = run(attempt, decoys);
        return judged(attempt, right)
                .or(() -> judged(attempt, wrong))
                .or(() -> right.heard().toString().equals(wrong.heard().toString())
                        ? Optional.empty()
                        : Optional.of("a right guess can be told from a wrong one:\n" + right.heard()
                                + "\n-- against:\n" + wrong.heard()));
    }

    private Optional<String> judged(Attempt attempt, Run run) {
        var leaks = detector.in(run.heard());
        if (!leaks.isEmpty()) {
            return Optional.of("shown: "
                    + leaks.stream()
                            .map(leak -> leak.what() + " (" + leak.form() + ")")
                            .collect(Collectors.joining(", "))
                    + "\n" + run.heard());
        }
        if (run.problem().isPresent()) {
            return run.problem();
        }
        return switch (attempt.expectation()) {
            case Denied(var state, var saying) -> {
                if (run.failure().isEmpty()) {
                    yield Optional.of("it succeeded:\n" + run.heard());
                }
                var failure = run.failure().get();
                yield state.equals(failure.getSQLState())
                                && String.valueOf(failure.getMessage()).contains(saying)
                        ? Optional.empty()
                        : Optional.of("it was denied for another reason: " + failure.getSQLState() + " "
                                + failure.getMessage());
            }
            case Masked(var showing) -> {
                if (run.failure().isPresent()) {
                    yield failed(run.failure().get());
                }
                yield run.heard().lastStep().stream()
                                .anyMatch(word -> !word.kind().equals("column")
                                        && !word.kind().equals("parameter")
                                        && word.text().contains(showing))
                        ? Optional.empty()
                        : Optional.of(
                                "it did not show " + (showing.isEmpty() ? "anything" : showing) + ":\n" + run.heard());
            }
            case Accepted accepted -> run.failure().flatMap(AttemptRunner::failed);
        };
    }

    private static Optional<String> failed(SQLException failure) {
        return Optional.of("it failed: " + failure.getSQLState() + " " + failure.getMessage());
    }

    private Run run(Attempt attempt, Map<String, String> guesses) throws Exception {
        var login = attempt.ownSession() ? subject.another().call() : subject.login();
        var heard = new Heard();
        try (var connections = new Connections(login)) {
            var steps = attempt.steps();
            for (int i = 0; i < steps.size(); i++) {
                heard.beginStep();
                try {
                    step(steps.get(i), attempt, connections, login, guesses, heard);
                } catch (SQLException e) {
                    wire.failed(e, heard);
                    var said = forget(heard, guesses);
                    return i == steps.size() - 1
                            ? new Run(said, Optional.empty(), Optional.of(e))
                            : new Run(
                                    said,
                                    Optional.of("line " + steps.get(i).line() + " failed already: " + e.getSQLState()
                                            + " " + e.getMessage()),
                                    Optional.empty());
                }
            }
        }
        return new Run(forget(heard, guesses), Optional.empty(), Optional.empty());
    }

    private void step(
            Step step, Attempt attempt, Connections connections, Login login, Map<String, String> guesses, Heard heard)
            throws SQLException {
        switch (step) {
            case Step.Statement(int line, String sql, var data) ->
                wire.run(
                        connections.current(),
                        new Step.Statement(
                                line,
                                filled(sql, attempt, login, guesses),
                                data.map(text -> filled(text, attempt, login, guesses))),
                        heard);
            case Step.Connect connect -> {
                var properties = new HashMap<String, String>();
                connect.properties()
                        .forEach((name, value) -> properties.put(name, filled(value, attempt, login, guesses)));
                connections.reconnect(filled(connect.database(), attempt, login, guesses), properties);
            }
            case Step.On on -> connections.use(on.connection());
        }
    }

    private String filled(String text, Attempt attempt, Login login, Map<String, String> guesses) {
        String filled = text;
        for (var guess : guesses.entrySet()) {
            filled = filled.replace("{guess:" + guess.getKey() + "}", guess.getValue());
        }
        filled = filled.replace("{me}", login.user())
                .replace("{password}", login.password().reveal())
                .replace("{database}", wire.database());
        for (var word : subject.words().entrySet()) {
            filled = filled.replace("{" + word.getKey() + "}", word.getValue());
        }
        var left = Pattern.compile("\\{[a-z:]+}").matcher(filled);
        if (left.find()) {
            throw new IllegalArgumentException(attempt + ": nothing is known for " + left.group());
        }
        return filled;
    }

    /** What the attempt said itself is no news to it when a server says it back. */
    private static Heard forget(Heard heard, Map<String, String> guesses) {
        // A short one, such as a row's number, would be found in other words.
        return heard.without(guesses.values().stream()
                .filter(guess -> guess.length() >= LeakDetector.SHORTEST)
                .toList());
    }

    /** The connections of one attempt, by name. */
    private final class Connections implements AutoCloseable {
        private final Login login;
        private final Map<String, Connection> open = new HashMap<>();
        private String name = "first";

        private Connections(Login login) {
            this.login = login;
        }

        private Connection current() throws SQLException {
            var connection = open.get(name);
            if (connection == null) {
                connection = connected(wire.database(), Map.of());
                open.put(name, connection);
            }
            return connection;
        }

        private void use(String other) {
            name = other;
        }

        private void reconnect(String database, Map<String, String> properties) throws SQLException {
            var before = open.remove(name);
            if (before != null) {
                before.close();
            }
            open.put(name, connected(database, properties));
        }

        private Connection connected(String database, Map<String, String> properties) throws SQLException {
            return wire.connect(login, database, properties);
        }

        @Override
        public void close() throws SQLException {
            for (var connection : open.values()) {
                connection.close();
            }
        }
    }
}
