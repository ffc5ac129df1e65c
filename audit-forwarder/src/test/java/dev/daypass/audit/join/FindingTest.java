package dev.daypass.audit.join;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daypass.audit.line.Activity;
import dev.daypass.audit.line.Activity.Kind;
import dev.daypass.audit.line.Activity.Outcome;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Source;
import dev.daypass.grant.GrantName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FindingTest {
    private static final String LOGIN = "dp_01k9z3v7q2m4n5p6r8s9t0v1w2";

    @Test
    void aLoginOfNoKnownSessionIsAFinding() {
        assertEquals(
                Optional.of(Finding.LOGIN_WITHOUT_INTENT),
                found(Source.POSTGRESQL, Kind.LOGON, Outcome.SUCCESS, LOGIN, "orders"));
    }

    @Test
    void soIsAnythingThatItDoes() {
        assertEquals(
                Optional.of(Finding.LOGIN_WITHOUT_INTENT),
                found(Source.MARIADB, Kind.DATASTORE_READ, Outcome.UNKNOWN, LOGIN, "orders"));
    }

    @Test
    void anAttemptThatWasRefusedIsNone() {
        assertEquals(Optional.empty(), found(Source.MARIADB, Kind.LOGON, Outcome.FAILURE, LOGIN, "orders"));
    }

    @Test
    void theEndOfAConnectionIsNoneSinceARefusedLoginHasOneToo() {
        assertEquals(Optional.empty(), found(Source.MARIADB, Kind.LOGOFF, Outcome.SUCCESS, LOGIN, "orders"));
    }

    @Test
    void aLoginOfAnotherNameIsNone() {
        assertEquals(Optional.empty(), found(Source.POSTGRESQL, Kind.LOGON, Outcome.SUCCESS, "vault_admin", "orders"));
    }

    @Test
    void credentialsThatVaultGaveToNoKnownSessionAreAFinding() {
        assertEquals(
                Optional.of(Finding.CREDENTIALS_WITHOUT_INTENT),
                found(
                        Source.VAULT_AUDIT,
                        Kind.SESSION_AUTHORIZE,
                        Outcome.SUCCESS,
                        "root",
                        "database/creds/orders-support-read"));
    }

    @Test
    void theWitnesssOwnCredentialsAreNone() {
        assertEquals(
                Optional.empty(),
                found(
                        Source.VAULT_AUDIT,
                        Kind.SESSION_AUTHORIZE,
                        Outcome.SUCCESS,
                        "broker",
                        "database/creds/witness-orders"));
    }

    @Test
    void aRequestForThemIsNoneUntilItIsGranted() {
        assertEquals(
                Optional.empty(),
                found(Source.VAULT_AUDIT, Kind.SESSION_AUTHORIZE, Outcome.UNKNOWN, "root", "database/creds/orders"));
    }

    @Test
    void whatAKnownSessionDoesIsNone() {
        var facts = new SessionFacts(
                "agent:a", Optional.empty(), GrantName.parse("orders").orElseThrow(), new Sha256("ab".repeat(32)));

        assertEquals(
                Optional.empty(),
                Finding.of(
                        Source.POSTGRESQL, activity(Kind.LOGON, Outcome.SUCCESS, LOGIN, "orders"), Optional.of(facts)));
    }

    private static Optional<Finding> found(Source source, Kind kind, Outcome outcome, String user, String object) {
        return Finding.of(source, activity(kind, outcome, user, object), Optional.empty());
    }

    private static Activity activity(Kind kind, Outcome outcome, String user, String object) {
        return new Activity(
                kind,
                Instant.EPOCH,
                outcome,
                Optional.of(user),
                Optional.empty(),
                Optional.empty(),
                Optional.of(object),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }
}
