package dev.daypass.functions.sweep;

import dev.daypass.configuration.Configuration;
import dev.daypass.database.Database;
import dev.daypass.evidence.Canary;
import dev.daypass.functions.ending.EndingService;
import dev.daypass.functions.events.Event;
import dev.daypass.functions.events.Event.Kind;
import dev.daypass.functions.events.Event.Who;
import dev.daypass.functions.events.Events;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.state.Session;
import dev.daypass.functions.state.Session.End;
import dev.daypass.functions.state.SessionStore;
import dev.daypass.functions.vault.Broker;
import dev.daypass.functions.witness.Canaries;
import dev.daypass.functions.witness.Witness;
import dev.daypass.session.EndReason;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;
import dev.daypass.session.SessionUser;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Ends what should have ended, from two lists: state, and the roles named {@code dp_…} in each database's catalog. It never
 * touches a newborn, and it never gives up: what cannot be ended now is tried again at the next run, and reported each time.
 * Each run cancels the statements that run longer than their grant allows, and sends a canary through each database's log, so that a log that stops to arrive is missed within two runs.
 */
public final class SweepService {
    private static final int SESSIONS_A_RUN = 500;
    private static final String BY = "sweep";

    /** An ending that is not verified by then is a finding of its own. */
    private static final Duration ENDING_BOUND = Duration.ofMinutes(5);

    private final Configuration configuration;
    private final SessionStore store;
    private final EndingService endings;
    private final Broker broker;
    private final Witness witness;
    private final Canaries canaries;
    private final SecureRandom random;
    private final Events events;
    private final Clock clock;

    public SweepService(
            Configuration configuration,
            SessionStore store,
            EndingService endings,
            Broker broker,
            Looking looking,
            Events events,
            Clock clock) {
        this.configuration = configuration;
        this.store = store;
        this.endings = endings;
        this.broker = broker;
        this.witness = looking.witness();
        this.canaries = looking.canaries();
        this.random = looking.random();
        this.events = events;
        this.clock = clock;
    }

    /** What a run does in the databases themselves, with the witness's login; {@code random} gives the canaries' nonces. */
    public record Looking(Witness witness, Canaries canaries, SecureRandom random) {}

    /**
     * One run over everything.
     *
     * @param requestId the correlation id
     * @param deadline no new piece of work is begun after it
     */
    public Report sweep(String requestId, Instant deadline) {
        var run = new Run(requestId, deadline);
        run.sessions();
        // In another order each time: one that is slow to fail must not always keep the same others from their turn.
        var databases = new ArrayList<>(configuration.databases().values());
        Collections.shuffle(databases);
        for (var database : databases) {
            run.canary(database);
            run.catalog(database);
        }
        run.report();
        return new Report(run.ended, run.cancelled, run.findings, run.failures);
    }

    /**
     * @param ended sessions that this run saw to their end
     * @param cancelled statements that had run longer than their grant allows
     * @param findings disagreements that it could not repair
     * @param failures peers that did not answer, so that something is left for the next run
     */
    public record Report(int ended, int cancelled, int findings, int failures) {}

    private final class Run {
        private final String requestId;
        private final Instant deadline;
        /** Databases that did not answer in this run: each is waited for once. */
        private final Set<String> down = new HashSet<>();

        private int ended;
        private int cancelled;
        private int findings;
        private int failures;

        Run(String requestId, Instant deadline) {
            this.requestId = requestId;
            this.deadline = deadline;
        }

        void sessions() {
            Instant now = clock.instant();
            try {
                for (var session : store.open(now, s -> isOver(s, now), SESSIONS_A_RUN)) {
                    if (isLate()) {
                        failures++;
                        return;
                    }
                    end(session);
                }
            } catch (PeerException e) {
                failed("sessions", Optional.empty(), e.getMessage());
            }
        }

        private boolean isOver(Session session, Instant now) {
            return switch (session.status()) {
                // A mint may be in progress: never a newborn.
                case INTENDED -> !now.isBefore(session.intent().createdAt().plus(EndingService.MINT_BOUND));
                case ACTIVE -> !now.isBefore(session.expiresAt());
                case ENDING -> true;
                case ENDED -> false;
            };
        }

        private void end(Session session) {
            if (down.contains(session.intent().database())) {
                failures++;
                return;
            }
            var reason = session.status() == SessionStatus.INTENDED ? EndReason.ABANDONED : EndReason.EXPIRED;
            try {
                var after = endings.end(
                        session.id(), new End(reason, BY, clock.instant()), new EndingService.Origin(BY, requestId));
                if (after.isPresent() && after.get().status() == SessionStatus.ENDED) {
                    ended++;
                } else if (after.isPresent() && isOverdue(after.get())) {
                    finding(
                            "ending_overdue",
                            "the catalog still shows the user or a connection of it",
                            Optional.of(session.id()),
                            session.intent().user().name());
                }
            } catch (PeerException e) {
                markDown(session.intent().database(), e);
                failed(session.intent().user().name(), Optional.of(session.id()), e.getMessage());
            } catch (RuntimeException e) {
                // One session that cannot be handled must not stand before all others for ever.
                failed(
                        session.intent().user().name(),
                        Optional.of(session.id()),
                        "a fault of ours: " + e.getClass().getName());
            }
        }

        private void markDown(String database, PeerException e) {
            if (e.peer() == Peer.DATABASE || e.peer() == Peer.VAULT) {
                down.add(database);
            }
        }

        private boolean isLate() {
            return clock.instant().isAfter(deadline);
        }

        private boolean isOverdue(Session session) {
            return session.end()
                    .map(e -> clock.instant().isAfter(e.requestedAt().plus(ENDING_BOUND)))
                    .orElse(false);
        }

        /**
         * Sends one mark through the database's log. A database that does not answer is counted once, when its catalog's turn
         * comes; the event here says why.
         */
        void canary(Database database) {
            if (isLate()) {
                return;
            }
            if (down.contains(database.name())) {
                canaryNotRun(database, "the database or its login did not answer earlier in this run");
                return;
            }
            var canary = Canary.create(random);
            try {
                canaries.run(database, canary);
            } catch (PeerException e) {
                markDown(database.name(), e);
                canaryNotRun(database, e.getMessage());
                return;
            } catch (RuntimeException e) {
                failures++;
                canaryNotRun(database, "a fault of ours: " + e.getClass().getName());
                return;
            }
            emit(
                    Kind.CANARY_RUN,
                    true,
                    Optional.empty(),
                    Optional.of(canary.mark()),
                    Optional.empty(),
                    database.name());
        }

        private void canaryNotRun(Database database, String why) {
            emit(
                    Kind.CANARY_RUN,
                    false,
                    Optional.of("canary_not_run"),
                    Optional.of(why),
                    Optional.empty(),
                    database.name());
        }

        void catalog(Database database) {
            if (down.contains(database.name()) || isLate()) {
                failures++;
                return;
            }
            try {
                var longest = new LinkedHashMap<SessionUser, Duration>();
                for (var user : witness.sessionUsers(database)) {
                    if (isLate()) {
                        failures++;
                        return;
                    }
                    explain(database, user)
                            .flatMap(Session::statementTimeout)
                            .ifPresent(timeout -> longest.put(user, timeout));
                }
                if (!longest.isEmpty()) {
                    cancelOverlong(database, longest);
                }
            } catch (PeerException e) {
                failed(database.name(), Optional.empty(), e.getMessage());
            } catch (RuntimeException e) {
                failed(
                        database.name(),
                        Optional.empty(),
                        "a fault of ours: " + e.getClass().getName());
            }
        }

        /** A database that was not set up for it is a finding, once a run: nothing else of the sweep depends on it. */
        private void cancelOverlong(Database database, Map<SessionUser, Duration> longest) throws PeerException {
            try {
                witness.cancelOverlong(database, longest).forEach((user, count) -> {
                    cancelled += count;
                    emit(
                            Kind.STATEMENTS_CANCEL,
                            true,
                            Optional.of("statement_timeout"),
                            Optional.of(count + " ran longer than the grant's " + longest.get(user) + " in database "
                                    + database.name()),
                            Optional.of(user.session()),
                            user.name());
                });
            } catch (PeerException e) {
                if (e.peer() != Peer.DATABASE || e.outcome() != Outcome.REFUSED) {
                    throw e;
                }
                finding(
                        "statement_timeout_not_enforced",
                        e.getMessage() + "; apply the database's document again",
                        Optional.empty(),
                        database.name());
            }
        }

        /**
         * A role that state explains is state's business; any other is ended as far as Vault can, and reported.
         *
         * @return the open session that explains it
         */
        private Optional<Session> explain(Database database, SessionUser user) throws PeerException {
            var id = user.session();
            // Vault makes the user only after state has the session, so a role without one is no newborn of ours; but
            // the
            // name's own time is the role maker's word, so it buys nothing.
            var session = store.find(id);
            if (session.isPresent() && session.get().status() != SessionStatus.ENDED) {
                return session;
            }
            var accessor = broker.findAccessor(id);
            if (accessor.isPresent()) {
                broker.revokeToken(id, accessor.get());
            }
            if (witness.look(database, user).role()) {
                finding(
                        session.isPresent() ? "user_after_its_session" : "user_without_session",
                        "role " + user.name() + " is in database " + database.name()
                                + " and no open session explains it: drop it by hand, and find out who made it",
                        Optional.of(id),
                        user.name());
            }
            return Optional.empty();
        }

        private void finding(String reason, String detail, Optional<SessionId> session, String object) {
            findings++;
            emit(Kind.SWEEP_FINDING, false, Optional.of(reason), Optional.of(detail), session, object);
        }

        private void failed(String object, Optional<SessionId> session, String why) {
            failures++;
            emit(Kind.SWEEP_RUN, false, Optional.of("left_for_next_run"), Optional.of(why), session, object);
        }

        void report() {
            emit(
                    Kind.SWEEP_RUN,
                    failures == 0 && findings == 0,
                    Optional.empty(),
                    Optional.of("ended " + ended + ", statements cancelled " + cancelled + ", findings " + findings
                            + ", left for the next run " + failures),
                    Optional.empty(),
                    "everything");
        }

        private void emit(
                Kind kind,
                boolean success,
                Optional<String> reason,
                Optional<String> detail,
                Optional<SessionId> session,
                String object) {
            events.emit(new Event(kind, success, reason, detail, Who.named(BY), BY, requestId, session, object));
        }
    }
}
