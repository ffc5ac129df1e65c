package dev.daypass.audit.reconcile;

import dev.daypass.audit.reconcile.Carried.Ended;
import dev.daypass.audit.reconcile.Carried.OpenSession;
import dev.daypass.audit.reconcile.Finding.Code;
import dev.daypass.audit.reconcile.SealedRecords.SealedEnding;
import dev.daypass.audit.reconcile.SealedRecords.SealedIntent;
import dev.daypass.evidence.Source;
import dev.daypass.session.EndReason;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionUser;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The chain of each session: intent, Vault login, credentials, CREATE ROLE, logins, DROP ROLE, ending. A session is judged once, when
 * it has ended or should have; one that is alive is not judged. Not thread-safe.
 */
final class Chains {
    /** The clocks of Vault, the database and the functions may differ by this much. */
    static final Duration SKEW = Duration.ofMinutes(1);

    /** So long after its window a session that was minted has ended: a minute for the sweep, five for an outage, and the skew. */
    static final Duration OVERDUE = Duration.ofMinutes(7);

    private static final String CREDENTIALS = "database/creds/";

    /** The witness's own logins, which are no session's. */
    private static final String WITNESS = CREDENTIALS + "witness-";

    /** The broker's own, which may name the session that it is about to end: no step of that session. */
    private static final String BROKER_LOGIN = "auth/approle/login";

    private static final String NO_INTENT = "no intent of this session is locked";

    private final Instant since;
    private final SealedRecords sealed;
    private final Map<SessionId, Open> open = new TreeMap<>();

    Chains(Instant since, List<OpenSession> carried, SealedRecords sealed) {
        this.since = since;
        this.sealed = sealed;
        for (var session : carried) {
            var steps = EnumSet.noneOf(Step.class);
            steps.addAll(session.steps());
            open.put(session.session(), new Open(session.window(), steps, session.ended()));
        }
    }

    /** The steps, in their order. */
    enum Step {
        INTENT("intent"),
        VAULT_LOGIN("vault_login"),
        CREDENTIALS_READ("credentials_read"),
        CREATE_ROLE("create_role"),
        /** The only one that need not be there. */
        LOGON("logon"),
        DROP_ROLE("drop_role"),
        ENDING("ending");

        private final String code;

        Step(String code) {
            this.code = code;
        }

        String code() {
            return code;
        }
    }

    private record Open(Instant window, Set<Step> steps, Optional<Ended> ended) {}

    void intent(SealedIntent intent) {
        if (intent.createdAt().isBefore(since)) {
            // Some of its lines are older than the first line that was looked at.
            return;
        }
        open(intent).steps().add(Step.INTENT);
    }

    void ending(SealedEnding ending, Findings findings) {
        var session = open.get(ending.session());
        if (session == null) {
            if (sealed.intentOf(ending.session()).isEmpty()) {
                broken(findings, Source.ENDINGS, Step.INTENT, ending.session(), "there is an ending, and no intent");
            }
            return;
        }
        session.steps().add(Step.ENDING);
        open.put(
                ending.session(),
                new Open(
                        session.window(),
                        session.steps(),
                        Optional.of(new Ended(ending.verifiedAt(), ending.reason()))));
    }

    void see(Source source, SealedRecord record, Findings findings) {
        if (record.finding().isPresent()) {
            foundByTheForwarder(source, record, findings);
        }
        var step = step(source, record);
        if (step.isEmpty()) {
            return;
        }
        var session = record.sessionConcerned();
        if (session.isEmpty()) {
            if (step.get() == Step.LOGON && record.user().startsWith(SessionUser.PREFIX)) {
                findings.add(
                        Code.LOGIN_WITHOUT_INTENT,
                        source,
                        stream(record),
                        "a login is called like a session's, and is the name of none");
            }
            return;
        }
        seen(source, record, step.get(), session.get(), findings);
    }

    private void seen(Source source, SealedRecord record, Step step, SessionId id, Findings findings) {
        var known = open.get(id);
        if (known != null) {
            known.steps().add(step);
            return;
        }
        var intent = sealed.intentOf(id);
        if (intent.isEmpty()) {
            withoutIntent(source, record, step, id, findings);
        } else if (step.compareTo(Step.CREATE_ROLE) <= 0
                && !intent.get().createdAt().isBefore(since)) {
            // Its intent is not sealed yet; or somebody makes again what was ended.
            open(intent.get()).steps().addAll(EnumSet.of(Step.INTENT, step));
        }
        // Else a late repetition of what a session that was judged already had: Vault drops a role as often as it
        // takes.
    }

    private static void withoutIntent(Source source, SealedRecord record, Step step, SessionId id, Findings findings) {
        switch (step) {
            case LOGON -> findings.add(Code.LOGIN_WITHOUT_INTENT, source, stream(record), id, NO_INTENT);
            case CREDENTIALS_READ ->
                findings.add(Code.CREDENTIALS_WITHOUT_INTENT, source, stream(record), id, NO_INTENT);
            // Anybody may send a session's name to Vault: a login alone mints nothing.
            case VAULT_LOGIN -> {}
            case CREATE_ROLE, DROP_ROLE, INTENT, ENDING ->
                broken(findings, source, Step.INTENT, id, "the step " + step.code() + " is there, and no intent");
        }
    }

    private static void foundByTheForwarder(Source source, SealedRecord record, Findings findings) {
        for (var code : List.of(Code.LOGIN_WITHOUT_INTENT, Code.CREDENTIALS_WITHOUT_INTENT)) {
            if (record.finding().equals(Optional.of(code.code()))) {
                findings.add(new Finding(code, source.code(), stream(record), record.sessionConcerned(), NO_INTENT));
            }
        }
    }

    private static Optional<Step> step(Source source, SealedRecord record) {
        if (!record.didNotFail()) {
            return Optional.empty();
        }
        return switch (source) {
            case VAULT_AUDIT -> vaultStep(record);
            case POSTGRESQL, MARIADB ->
                switch (record.what()) {
                    case "account.create" -> byNoSession(record, Step.CREATE_ROLE);
                    case "logon" -> Optional.of(Step.LOGON);
                    case "account.delete" -> byNoSession(record, Step.DROP_ROLE);
                    default -> Optional.empty();
                };
            default -> Optional.empty();
        };
    }

    /** A statement is in the log before the database refuses it: what a session's own login asks for is no step. */
    private static Optional<Step> byNoSession(SealedRecord record, Step step) {
        return record.user().startsWith(SessionUser.PREFIX) ? Optional.empty() : Optional.of(step);
    }

    /** A response, since a request may have been refused. */
    private static Optional<Step> vaultStep(SealedRecord record) {
        if (!"response".equals(record.ids().get("phase"))) {
            return Optional.empty();
        }
        String path = record.object();
        if (path.startsWith(WITNESS)) {
            return Optional.empty();
        }
        if (path.startsWith(CREDENTIALS)) {
            return Optional.of(Step.CREDENTIALS_READ);
        }
        return path.startsWith("auth/") && path.endsWith("/login") && !path.equals(BROKER_LOGIN)
                ? Optional.of(Step.VAULT_LOGIN)
                : Optional.empty();
    }

    /**
     * Judges whom it is time for.
     *
     * @param until everything before it was seen
     * @return the sessions that ended, whose connections have to be closed
     */
    List<SessionId> judge(Instant until, Findings findings) {
        var judged = new ArrayList<SessionId>();
        var ended = new ArrayList<SessionId>();
        open.forEach((id, session) -> {
            if (session.ended().isPresent()) {
                // At equality everything within the skew was seen.
                if (!until.isBefore(session.ended().get().at().plus(SKEW))) {
                    judge(id, session, findings);
                    judged.add(id);
                    ended.add(id);
                }
            } else if (!until.isBefore(session.window().plus(OVERDUE))) {
                judge(id, session, findings);
                judged.add(id);
            }
        });
        judged.forEach(open::remove);
        return ended;
    }

    private static void judge(SessionId id, Open session, Findings findings) {
        var steps = session.steps();
        boolean minted = steps.stream()
                .anyMatch(s ->
                        s == Step.CREDENTIALS_READ || s == Step.CREATE_ROLE || s == Step.LOGON || s == Step.DROP_ROLE);
        if (!minted || wasOnlyTried(session)) {
            return;
        }
        for (var step : Step.values()) {
            if (step != Step.LOGON && !steps.contains(step)) {
                broken(findings, source(step), step, id, "the step " + step.code() + " is missing");
            }
        }
    }

    /** A CREATE ROLE that the database refused is in its log as a statement; the vend failed, and nobody got a credential. */
    private static boolean wasOnlyTried(Open session) {
        boolean failed = session.ended()
                .map(e -> e.reason() == EndReason.VEND_FAILED || e.reason() == EndReason.ABANDONED)
                .orElse(false);
        return failed
                && !session.steps().contains(Step.CREDENTIALS_READ)
                && !session.steps().contains(Step.LOGON);
    }

    private static Source source(Step step) {
        return switch (step) {
            case INTENT -> Source.INTENTS;
            case VAULT_LOGIN, CREDENTIALS_READ -> Source.VAULT_AUDIT;
            case CREATE_ROLE, LOGON, DROP_ROLE -> Source.POSTGRESQL;
            case ENDING -> Source.ENDINGS;
        };
    }

    private static void broken(Findings findings, Source source, Step step, SessionId id, String detail) {
        findings.add(Code.CHAIN_BROKEN, source, step.code(), id, detail);
    }

    private Open open(SealedIntent intent) {
        return open.computeIfAbsent(
                intent.session(), i -> new Open(intent.window(), EnumSet.noneOf(Step.class), Optional.empty()));
    }

    private static String stream(SealedRecord record) {
        return record.position().logGroup() + "/" + record.position().logStream();
    }

    List<OpenSession> carried() {
        var sessions = new ArrayList<OpenSession>();
        open.forEach((id, s) -> sessions.add(new OpenSession(id, s.window(), EnumSet.copyOf(s.steps()), s.ended())));
        return sessions;
    }
}
