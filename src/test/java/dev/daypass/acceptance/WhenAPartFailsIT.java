package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.cli.local.FaultyVend;
import dev.daypass.cli.local.LocalDaypass;
import dev.daypass.testbed.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every row of the README's table "What happens when a part fails", on the deployment's own archive, with a proxy between the
 * function and each of its peers. Slow on purpose: some rows wait for a time-out, and for the bound after which a mint cannot be
 * under way any more.
 */
@ExtendWith(RunningDaypass.class)
@DisplayName(
        "When a part fails, no credential is returned without its locked intent, and no user is left behind beyond the bound")
class WhenAPartFailsIT {
    /** The vend's own time and the bound of a mint, and two runs of the sweep. */
    private static final Duration BOUND = Duration.ofSeconds(90);

    private final LocalDaypass daypass;

    WhenAPartFailsIT(LocalDaypass daypass) {
        this.daypass = daypass;
    }

    /** One row: what fails, what the caller gets, and what is left behind in the locked store. */
    record Row(String situation, Fault fault, int status, List<String> codes, Intent intent) {
        @Override
        public String toString() {
            return situation;
        }
    }

    /** Breaks one thing, and puts it right again when closed. */
    @FunctionalInterface
    interface Fault {
        AutoCloseable strike(FaultyVend vend) throws Exception;
    }

    enum Intent {
        LOCKED,
        ABSENT
    }

    static Stream<Arguments> rows() {
        return Stream.of(
                        new Row(
                                "locked store down",
                                v -> {
                                    v.evidence().refuse();
                                    return v.evidence()::pass;
                                },
                                503,
                                List.of("evidence_unavailable"),
                                Intent.ABSENT),
                        new Row(
                                "locked store loses the answer to the PUT",
                                v -> {
                                    v.evidence().loseAnswer(line -> line.startsWith("PUT "));
                                    return v.evidence()::pass;
                                },
                                503,
                                List.of("evidence_unavailable"),
                                Intent.LOCKED),
                        new Row(
                                "state down",
                                v -> {
                                    v.state().refuse();
                                    return v.state()::pass;
                                },
                                503,
                                List.of("state_unavailable"),
                                Intent.LOCKED),
                        new Row(
                                "Vault down",
                                v -> {
                                    v.vault().refuse();
                                    return v.vault()::pass;
                                },
                                503,
                                List.of("vault_unavailable"),
                                Intent.LOCKED),
                        new Row(
                                "Vault sealed",
                                v -> {
                                    v.installation().vault().seal();
                                    return () -> {
                                        v.installation().vault().stop();
                                        v.installation().vault().restart();
                                    };
                                },
                                503,
                                List.of("vault_unavailable"),
                                Intent.LOCKED),
                        new Row(
                                "Vault too slow at the login",
                                v -> {
                                    v.vault().swallow(line -> line.contains("/login"));
                                    return v.vault()::pass;
                                },
                                503,
                                List.of("vault_unavailable"),
                                Intent.LOCKED),
                        new Row(
                                "Vault too slow at the mint",
                                v -> {
                                    v.vault().delay(line -> line.contains("/database/creds/"), Duration.ofSeconds(12));
                                    return v.vault()::pass;
                                },
                                503,
                                List.of("mint_outcome_unknown"),
                                Intent.LOCKED),
                        new Row(
                                "the database makes the user when the caller has long been answered",
                                v -> {
                                    // Nobody can make a role while this is held; logins and reads go on.
                                    var owner = v.installation().postgres().ownerConnection("orders");
                                    owner.setAutoCommit(false);
                                    try (var lock = owner.createStatement()) {
                                        lock.execute("LOCK TABLE pg_catalog.pg_authid IN EXCLUSIVE MODE");
                                    }
                                    return () -> {
                                        owner.rollback();
                                        owner.close();
                                    };
                                },
                                503,
                                List.of("mint_outcome_unknown"),
                                Intent.LOCKED),
                        new Row(
                                "database down at the mint",
                                v -> {
                                    v.installation().postgres().stop();
                                    return v.installation().postgres()::restart;
                                },
                                503,
                                List.of("mint_outcome_unknown", "mint_failed"),
                                Intent.LOCKED),
                        new Row(
                                "the user is made and the answer is lost",
                                v -> {
                                    v.vault().loseAnswer(line -> line.contains("/database/creds/"));
                                    return v.vault()::pass;
                                },
                                503,
                                List.of("mint_outcome_unknown"),
                                Intent.LOCKED),
                        new Row(
                                "state fails after the mint",
                                v -> {
                                    v.vault()
                                            .onResponse(
                                                    line -> line.contains("/auth/token/create/"),
                                                    () -> refuse(v.state()));
                                    return () -> {
                                        v.vault().pass();
                                        v.state().pass();
                                    };
                                },
                                503,
                                List.of("state_unavailable"),
                                Intent.LOCKED),
                        new Row(
                                "issuer's keys unreachable, none cached",
                                v -> {
                                    v.installation().idp().stop();
                                    return v.installation().idp()::restart;
                                },
                                503,
                                List.of("keys_unavailable"),
                                Intent.ABSENT),
                        new Row(
                                "the function dies after the mint, before its answer",
                                v -> {
                                    v.vault().onAnswer(line -> line.contains("/database/creds/"), v::kill);
                                    return v.vault()::pass;
                                },
                                0,
                                List.of(""),
                                Intent.LOCKED))
                .map(Arguments::of);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    @SuppressWarnings("try") // what was struck is only to be mended
    void theCallerGetsWhatTheTableSaysAndNobodyIsLeft(Row row) throws Exception {
        try (var vend = FaultyVend.start(daypass)) {
            Optional<FaultyVend.Answer> answer;
            try (var mend = row.fault().strike(vend)) {
                answer = vend.request(daypass.token(), "orders-support-read");
            }
            if (row.status() == 0) {
                assertTrue(answer.isEmpty(), "the function died, so nobody was answered");
            } else {
                var given = answer.orElseThrow();
                assertEquals(row.status(), given.status(), given.body().toString());
                assertTrue(row.codes().contains(given.code()), given.body().toString());
                assertFalse(given.body().has("password"));
            }
            var intents = vend.newIntents();
            switch (row.intent()) {
                case LOCKED -> assertEquals(1, intents.size(), "the intent is in the locked store");
                case ABSENT -> assertEquals(0, intents.size(), "no intent was locked, so nothing was minted");
            }
            nobodyIsLeftOf(vend);
        }
    }

    /** Whatever sessions the row began: their users are gone within the bound, and state says so. */
    private void nobodyIsLeftOf(FaultyVend vend) throws Exception {
        Instant bound = Instant.now().plus(BOUND);
        for (var session : vend.newSessions()) {
            while (!status(session).equals("ENDED")) {
                assertTrue(Instant.now().isBefore(bound), "session " + session + " is " + status(session));
                daypass.sweepNow();
                Thread.sleep(2000);
            }
            assertFalse(Database.roleExists(daypass, "dp_" + session));
        }
        var unexplained = new TreeSet<String>();
        for (var user : Database.sessionUsers(daypass)) {
            if (status(user.substring("dp_".length())).equals("ENDED")) {
                unexplained.add(user);
            }
        }
        assertEquals(Set.of(), unexplained, "roles named like session users that no open session explains");
    }

    /** As state has it; a session that state does not know counts as ended. */
    private String status(String session) {
        return daypass.sessions().getOrDefault(session, "ENDED");
    }

    private static void refuse(FaultProxy proxy) {
        try {
            proxy.refuse();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
