package dev.daypass.functions.lifecycle;

import dev.daypass.configuration.Configuration;
import dev.daypass.evidence.Intent.Origin;
import dev.daypass.functions.ending.EndingService;
import dev.daypass.functions.events.Event;
import dev.daypass.functions.events.Event.Kind;
import dev.daypass.functions.events.Event.Who;
import dev.daypass.functions.events.Events;
import dev.daypass.functions.identity.TokenVerifier;
import dev.daypass.functions.identity.Verification.Rejected;
import dev.daypass.functions.identity.Verification.Verified;
import dev.daypass.functions.lifecycle.Caller.Holder;
import dev.daypass.functions.lifecycle.Caller.Token;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.state.Session;
import dev.daypass.functions.state.Session.End;
import dev.daypass.functions.state.SessionStore;
import dev.daypass.functions.vault.Broker;
import dev.daypass.session.EndReason;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Predicate;

/** Status, renewal and ending for those who may. Thread-safe. */
public final class LifecycleService {
    /** One operator's request ends so many sessions at most, and starts none after so long; it says if there are more. */
    private static final int ENDINGS_A_CALL = 100;

    private static final Duration ENDINGS_TIME = Duration.ofSeconds(15);

    /** No grant's window is that long. */
    private static final Duration BEYOND_ANY_WINDOW = Duration.ofDays(3660);

    private final Configuration configuration;
    private final TokenVerifier verifier;
    private final SessionStore store;
    private final Broker broker;
    private final EndingService endings;
    private final Events events;
    private final Clock clock;

    public LifecycleService(
            Configuration configuration,
            TokenVerifier verifier,
            SessionStore store,
            Broker broker,
            EndingService endings,
            Events events,
            Clock clock) {
        this.configuration = configuration;
        this.verifier = verifier;
        this.store = store;
        this.broker = broker;
        this.endings = endings;
        this.events = events;
        this.clock = clock;
    }

    public Lifecycle status(SessionId id, Caller caller, Origin origin) throws PeerException {
        return record(Kind.SESSION_STATUS, id, origin, access(id, caller));
    }

    /**
     * Moves the end of the lease, never past the window and as often as the grant allows. Renewals that meet count as one: the
     * lease is where one of them put it.
     *
     * @param ttl the length asked for from now; the grant's own default if none
     */
    public Lifecycle renew(SessionId id, Caller caller, Optional<Duration> ttl, Origin origin) throws PeerException {
        try {
            var access = access(id, caller);
            return record(
                    Kind.SESSION_RENEW,
                    id,
                    origin,
                    access instanceof Lifecycle.Done(Session s) ? renew(s, ttl) : access);
        } catch (PeerException e) {
            events.emit(new Event(
                    Kind.SESSION_RENEW,
                    false,
                    Optional.of(e.peer().code()),
                    Optional.of(e.getMessage()),
                    Who.UNVERIFIED,
                    origin.sourceAddress(),
                    origin.requestId(),
                    Optional.of(id),
                    "dp_" + id));
            throw e;
        }
    }

    private Lifecycle renew(Session session, Optional<Duration> ttl) throws PeerException {
        Instant now = clock.instant();
        // At the end of the lease it is over: equality is too late.
        if (session.status() != SessionStatus.ACTIVE || !now.isBefore(session.expiresAt())) {
            return new Lifecycle.NotActive(
                    session.status() == SessionStatus.ACTIVE
                            ? "expired"
                            : session.status().name());
        }
        var intent = session.intent();
        var policy = configuration.grant(intent.grant()).filter(g -> g.digest().equals(intent.grantDigest()));
        if (policy.isEmpty()) {
            return new Lifecycle.GrantChanged(intent.grant().text());
        }
        if (session.renewed() >= policy.get().renewals()) {
            return new Lifecycle.RenewalsExhausted(intent.grant(), policy.get().renewals());
        }
        Duration asked = ttl.orElse(policy.get().defaultTtl());
        if (asked.compareTo(policy.get().maxTtl()) > 0) {
            return new Lifecycle.TtlTooLong(asked, policy.get().maxTtl());
        }
        Duration untilWindow = Duration.between(now, intent.window());
        Duration length = asked.compareTo(untilWindow) < 0 ? asked : untilWindow;
        if (length.toSeconds() < 1) {
            return new Lifecycle.WindowReached(intent.window());
        }
        var given = broker.renew(session.id(), session.lease().orElseThrow(), length);
        if (given.isEmpty()) {
            return new Lifecycle.NotActive("expired");
        }
        Instant until = now.plus(given.get());
        Instant end = until.isBefore(intent.window()) ? until : intent.window();
        // Vault first: if state is not written, the session ends at its earlier time, and not later than anybody knows.
        boolean moved = store.extend(session, end);
        var after = store.find(session.id()).orElse(session);
        return moved || after.status() == SessionStatus.ACTIVE
                ? new Lifecycle.Done(after)
                : new Lifecycle.NotActive(after.status().name());
    }

    /** Ends a session for its holder; the answer says ENDED, or ENDING where the look at the catalog is still owed. */
    public Lifecycle end(SessionId id, Caller caller, Origin origin) throws PeerException {
        var access = access(id, caller);
        if (!(access instanceof Lifecycle.Done(Session session))) {
            return record(Kind.SESSION_END, id, origin, access);
        }
        var end = new End(EndReason.REQUESTED, session.intent().subject(), clock.instant());
        try {
            return endings.end(id, end, new EndingService.Origin(origin.sourceAddress(), origin.requestId()))
                    .<Lifecycle>map(Lifecycle.Done::new)
                    .orElseGet(Lifecycle.Unknown::new);
        } catch (PeerException e) {
            // The event has the reason. Once it is written down that the session is to end, it will: that is the
            // answer.
            var after = store.find(id);
            if (after.isPresent() && after.get().status() == SessionStatus.ENDING) {
                return new Lifecycle.Done(after.get());
            }
            throw e;
        }
    }

    /**
     * Ends every open session that an operator's attributes match, as far as the index of open sessions shows them: a
     * session that began a moment ago may be missed.
     *
     * @param attributes the same in words, for the event
     */
    public Lifecycle.Ended endMatching(Predicate<Session> wanted, String attributes, String operator, Origin origin)
            throws PeerException {
        Instant begun = clock.instant();
        var end = new End(EndReason.OPERATOR, operator, begun);
        // Those that are ENDING already would come first each time, and keep the rest from their turn.
        var matching = store.open(
                begun.plus(BEYOND_ANY_WINDOW),
                s -> s.status() != SessionStatus.ENDING && wanted.test(s),
                ENDINGS_A_CALL);
        // All of them are marked before any is worked on: from here on none is renewed, and the sweep owns them.
        for (var session : matching) {
            store.beginEnding(session.id(), end);
        }
        var ended = new ArrayList<Session>();
        var ending = new ArrayList<Session>();
        for (var session : matching) {
            if (clock.instant().isAfter(begun.plus(ENDINGS_TIME))) {
                ending.add(session);
                continue;
            }
            try {
                var after = endings.end(
                        session.id(), end, new EndingService.Origin(origin.sourceAddress(), origin.requestId()));
                boolean over = after.isPresent() && after.get().status() == SessionStatus.ENDED;
                (over ? ended : ending).add(after.orElse(session));
            } catch (PeerException e) {
                // One database that is down must not keep the others' sessions alive; the event has the reason.
                ending.add(session);
            }
        }
        events.emit(new Event(
                Kind.SESSIONS_END,
                true,
                Optional.empty(),
                Optional.of("ended " + ended.size() + ", ending " + ending.size()),
                Who.named(operator),
                origin.sourceAddress(),
                origin.requestId(),
                Optional.empty(),
                attributes));
        return new Lifecycle.Ended(ended, ending, matching.size() == ENDINGS_A_CALL);
    }

    private Lifecycle access(SessionId id, Caller caller) throws PeerException {
        return switch (caller) {
            case Holder(var handle) -> {
                var session = store.find(id);
                if (session.isEmpty()) {
                    yield new Lifecycle.Unknown();
                }
                yield session.get().handle().matches(handle.digest())
                        ? new Lifecycle.Done(session.get())
                        : new Lifecycle.NotYours();
            }
            case Token(var token) ->
                switch (verifier.verify(token, clock.instant())) {
                    case Rejected rejected -> new Lifecycle.TokenRejected(rejected.reason(), rejected.detail());
                    case Verified verified -> {
                        var session = store.find(id);
                        if (session.isEmpty()) {
                            yield new Lifecycle.Unknown();
                        }
                        var agent = verified.agent();
                        var intent = session.get().intent();
                        // A single-use token was used up by its vend: from then on the handle speaks for the session.
                        boolean same = !agent.issuer().singleUse()
                                && agent.issuer().issuer().equals(intent.issuer())
                                && agent.subject().equals(intent.subject());
                        yield same ? new Lifecycle.Done(session.get()) : new Lifecycle.NotYours();
                    }
                };
        };
    }

    private Lifecycle record(Kind kind, SessionId id, Origin origin, Lifecycle outcome) {
        boolean success = outcome instanceof Lifecycle.Done;
        // Looking is recorded where it is refused; looks that succeed would drown the rest.
        if (success && kind == Kind.SESSION_STATUS) {
            return outcome;
        }
        Optional<String> reason = switch (outcome) {
            case Lifecycle.Done d -> Optional.empty();
            case Lifecycle.TokenRejected rejected ->
                Optional.of(rejected.reason().code());
            case Lifecycle.Unknown u -> Optional.of("session_unknown");
            case Lifecycle.NotYours n -> Optional.of("session_not_yours");
            case Lifecycle.NotActive n -> Optional.of("session_not_active");
            case Lifecycle.GrantChanged g -> Optional.of("grant_changed");
            case Lifecycle.RenewalsExhausted r -> Optional.of("renewals_exhausted");
            case Lifecycle.TtlTooLong t -> Optional.of("ttl_too_long");
            case Lifecycle.WindowReached w -> Optional.of("window_reached");
        };
        Who who = outcome instanceof Lifecycle.Done(Session s)
                ? new Who(
                        Optional.of(s.intent().issuer()),
                        s.intent().subject(),
                        Optional.of(s.intent().agent()),
                        s.intent().owner())
                : Who.UNVERIFIED;
        events.emit(new Event(
                kind,
                success,
                reason,
                Optional.empty(),
                who,
                origin.sourceAddress(),
                origin.requestId(),
                Optional.of(id),
                "dp_" + id));
        return outcome;
    }
}
