package dev.daypass.functions.vend;

import dev.daypass.configuration.Configuration;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Intent;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.functions.events.Event;
import dev.daypass.functions.events.Event.Kind;
import dev.daypass.functions.events.Event.Who;
import dev.daypass.functions.events.Events;
import dev.daypass.functions.evidence.EvidenceJson;
import dev.daypass.functions.evidence.EvidenceStore;
import dev.daypass.functions.identity.BearerToken;
import dev.daypass.functions.identity.TokenVerifier;
import dev.daypass.functions.identity.Verification;
import dev.daypass.functions.identity.VerifiedAgent;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.policy.Decision;
import dev.daypass.functions.policy.Grant;
import dev.daypass.functions.policy.GrantDecider;
import dev.daypass.functions.state.Session;
import dev.daypass.functions.state.Session.End;
import dev.daypass.functions.state.Session.Lease;
import dev.daypass.functions.state.SessionStore;
import dev.daypass.functions.state.SessionStore.Claims;
import dev.daypass.functions.state.SessionStore.Intended;
import dev.daypass.functions.state.SessionStore.KeyClaim;
import dev.daypass.functions.state.SessionStore.TokenUse;
import dev.daypass.functions.vault.Mint;
import dev.daypass.functions.vault.Mint.Credential;
import dev.daypass.functions.vault.Mint.SessionToken;
import dev.daypass.functions.vault.VaultToken;
import dev.daypass.functions.vend.VendOutcome.Failed;
import dev.daypass.functions.vend.VendOutcome.Reason;
import dev.daypass.functions.vend.VendOutcome.Vended;
import dev.daypass.session.EndReason;
import dev.daypass.session.Handle;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * One vend. The order is the promise: identity and policy first; then the intent is locked, state written and Vault logged
 * in to, side by side, since none of the three makes a user; only when all three have said yes is anything minted; and the
 * credential is returned only when it is what was intended. Nothing here is ever minted twice. Thread-safe.
 */
public final class VendService {
    /** An Idempotency-Key means the same request for so long. */
    private static final Duration KEY_REMEMBERED = Duration.ofHours(24);

    /**
     * No mint begins later than this after the session's beginning, by our own clock: with the mint's own time-outs it is over
     * well within {@code EndingService.MINT_BOUND}, after which the ending takes the catalog's word.
     */
    private static final Duration MINT_BEGINS_WITHIN = Duration.ofSeconds(8);

    /** An INTENDED session nobody holds a password of; requested by the vend itself. */
    private static final String BY = "vend";

    private final Configuration configuration;
    private final Sha256 configurationDigest;
    private final TokenVerifier verifier;
    private final GrantDecider decider;
    private final EvidenceStore evidence;
    private final SessionStore store;
    private final Mint mint;
    private final Endings endings;
    private final Events events;
    private final ObjectKey.Place place;
    private final ExecutorService sideBySide;
    private final SecureRandom random;
    private final Clock clock;

    public VendService(Documents documents, Peers peers, Events events, ObjectKey.Place place, Machine machine) {
        this.configuration = documents.configuration();
        this.configurationDigest = documents.digest();
        this.verifier = peers.verifier();
        this.decider = new GrantDecider(documents.configuration());
        this.evidence = peers.evidence();
        this.store = peers.store();
        this.mint = peers.mint();
        this.endings = peers.endings();
        this.events = events;
        this.place = place;
        this.sideBySide = machine.sideBySide();
        this.random = machine.random();
        this.clock = machine.clock();
    }

    public VendOutcome vend(VendRequest request) {
        Instant now = clock.instant();
        var verification = verifier.verify(request.token(), now);
        if (verification instanceof Verification.Rejected rejected) {
            emitRefusal(
                    request,
                    Optional.empty(),
                    Optional.empty(),
                    rejected.reason().code(),
                    rejected.detail());
            return new VendOutcome.TokenRejected(rejected.reason(), rejected.detail());
        }
        var verified = (Verification.Verified) verification;
        var agent = verified.agent();
        var decision = decider.decide(agent, request.grant(), request.ttl(), request.purpose(), now);
        if (decision instanceof Decision.Refused(var refusal)) {
            emitRefusal(
                    request,
                    Optional.of(agent),
                    Optional.empty(),
                    refusal.reason().code(),
                    refusal.detail());
            return new VendOutcome.PolicyRefused(refusal);
        }
        var attempt = new Attempt(request, ((Decision.Granted) decision).grant(), verified.keysAreStale(), now);
        VendOutcome outcome = attempt.run();
        if (outcome instanceof Failed(Reason reason, String detail, boolean ignored)) {
            var failed = new Failed(reason, detail, attempt.tokenSpent);
            outcome = failed;
            emitRefusal(
                    request,
                    Optional.of(agent),
                    Optional.of(attempt.intent.session()),
                    failed.reason().code(),
                    failed.detail());
        }
        return outcome;
    }

    /** The grants that a token could ask for. Listing does not use the token up. */
    public GrantListing list(BearerToken token, Intent.Origin origin) {
        var verification = verifier.verify(token, clock.instant());
        return switch (verification) {
            case Verification.Rejected rejected -> {
                events.emit(new Event(
                        Kind.GRANTS_LIST,
                        false,
                        Optional.of(rejected.reason().code()),
                        Optional.of(rejected.detail()),
                        Who.UNVERIFIED,
                        origin.sourceAddress(),
                        origin.requestId(),
                        Optional.empty(),
                        "grants"));
                yield new GrantListing.TokenRejected(rejected.reason(), rejected.detail());
            }
            case Verification.Verified verified -> new GrantListing.Listed(decider.usableBy(verified.agent()));
        };
    }

    /** One request, on its way from a grant to a credential. */
    private final class Attempt {
        private final VendRequest request;
        private final Grant grant;
        private final boolean keysAreStale;
        private final Intent intent;
        private final Handle handle;
        private boolean tokenSpent;

        Attempt(VendRequest request, Grant grant, boolean keysAreStale, Instant now) {
            this.keysAreStale = keysAreStale;
            this.request = request;
            this.grant = grant;
            var agent = grant.agent();
            var policy = grant.policy();
            this.intent = new Intent(
                    SessionId.create(now, random),
                    agent.issuer().issuer(),
                    agent.subject(),
                    agent.agent(),
                    agent.owner(),
                    agent.actors(),
                    agent.tokenDigest(),
                    agent.tokenId(),
                    policy.name(),
                    policy.version(),
                    policy.digest(),
                    configurationDigest,
                    policy.database(),
                    policy.scope(),
                    grant.purpose(),
                    now,
                    grant.ttl(),
                    grant.window(),
                    request.origin());
            this.handle = Handle.create(random);
        }

        VendOutcome run() {
            Future<EvidenceStore.Put> locking = sideBySide.submit(
                    () -> evidence.create(ObjectKey.intent(place, intent.session()), EvidenceJson.intent(intent)));
            Future<Intended> remembering = sideBySide.submit(() -> store.intend(session(), claims(none())));
            // A frozen function has no background: keys are refreshed while this request waits for its peers anyway.
            Optional<Future<?>> refreshing = keysAreStale
                    ? Optional.of(sideBySide.submit(
                            () -> verifier.refreshKeys(grant.agent().issuer(), intent.createdAt())))
                    : Optional.empty();
            Result<VaultToken> login = result(() -> mint.login(grant, request.token(), intent));
            Result<Intended> remembered = result(() -> joined(remembering));
            Result<EvidenceStore.Put> locked = result(() -> joined(locking));
            if (refreshing.isPresent()) {
                result(() -> joined(refreshing.get()));
            }

            // State first: only what is written there has to be taken back.
            if (remembered instanceof Result.Done(Intended.KeyHeld(SessionId earlier))) {
                // A live session is ended only for one that can be made.
                if (locked instanceof Result.Failure(PeerException e)) {
                    return new Failed(Reason.EVIDENCE_UNAVAILABLE, e.getMessage());
                }
                if (login instanceof Result.Failure(PeerException e)) {
                    return new Failed(vaultReason(e), e.getMessage());
                }
                remembered = replace(earlier);
            }
            tokenSpent = grant.agent().issuer().singleUse()
                    && remembered instanceof Result.Done<Intended>(var done)
                    && done instanceof Intended.Written;
            switch (remembered) {
                case Result.Failure(PeerException e) -> {
                    // UNKNOWN: it may be written after all, and then the sweep ends it. If not, the locked intent has
                    // this
                    // refusal's event and no other trace: nothing was minted for it.
                    return new Failed(
                            e.peer() == Peer.SESSIONS ? Reason.IDEMPOTENCY_IN_PROGRESS : Reason.STATE_UNAVAILABLE,
                            e.getMessage());
                }
                case Result.Done(Intended.TokenReplayed()) -> {
                    return new Failed(
                            Reason.TOKEN_REPLAYED,
                            "this issuer's tokens work once, and jti "
                                    + intent.tokenId().orElse("") + " was used before");
                }
                case Result.Done(Intended.KeyHeld(SessionId by)) -> {
                    return new Failed(
                            Reason.IDEMPOTENCY_IN_PROGRESS,
                            "the Idempotency-Key is being used by session " + by + " at this moment");
                }
                // Nothing is written, and nothing was minted: like a replayed token, it leaves its locked intent and
                // its event.
                case Result.Done(Intended.SessionsExhausted()) -> {
                    return new Failed(
                            Reason.SESSIONS_EXHAUSTED,
                            "grant " + grant.policy().name() + " allows "
                                    + grant.policy().sessions()
                                    + " sessions at once, of all agents, and all are in use");
                }
                case Result.Done(Intended.Written()) -> {}
            }
            if (locked instanceof Result.Failure(PeerException e)) {
                return abandon(new Failed(Reason.EVIDENCE_UNAVAILABLE, e.getMessage()));
            }
            if (locked instanceof Result.Done(EvidenceStore.Put put) && put == EvidenceStore.Put.ALREADY_THERE) {
                return abandon(new Failed(
                        Reason.EVIDENCE_UNAVAILABLE,
                        "the locked store already holds an intent of session " + intent.session()));
            }
            return switch (login) {
                case Result.Failure(PeerException e) -> abandon(new Failed(vaultReason(e), e.getMessage()));
                case Result.Done(VaultToken token) -> mintWith(token);
            };
        }

        /** Ends the session that holds the Idempotency-Key, then takes the key over. */
        private Result<Intended> replace(SessionId earlier) {
            return result(() -> {
                var status = endings.endNow(
                        earlier, new End(EndReason.REPLACED, grant.agent().subject(), clock.instant()));
                if (status != SessionStatus.ENDED) {
                    throw new PeerException(
                            Peer.SESSIONS,
                            Outcome.NOT_DONE,
                            "session " + earlier + " holds the Idempotency-Key, and its ending is not verified yet");
                }
                return store.intend(session(), claims(Optional.of(earlier)));
            });
        }

        private VendOutcome mintWith(VaultToken login) {
            Instant now = clock.instant();
            if (now.isAfter(intent.createdAt().plus(MINT_BEGINS_WITHIN))) {
                return abandon(new Failed(Reason.VAULT_UNAVAILABLE, "the peers took too long to begin a mint now"));
            }
            // Whole seconds, rounded down: never past the window.
            Duration untilWindow =
                    Duration.ofSeconds(Duration.between(now, grant.window()).toSeconds());
            if (untilWindow.isZero()) {
                return abandon(new Failed(Reason.VAULT_UNAVAILABLE, "nothing is left of the window"));
            }
            SessionToken token;
            try {
                token = mint.createSessionToken(login, grant, intent, grant.ttl(), untilWindow);
            } catch (PeerException e) {
                return abandon(new Failed(mintReason(e), e.getMessage()));
            }
            try {
                Credential credential = mint.readCredential(token, grant, intent);
                return check(token, credential, now);
            } catch (PeerException e) {
                revoke(token);
                return abandon(new Failed(mintReason(e), e.getMessage()));
            }
        }

        private VendOutcome check(SessionToken token, Credential credential, Instant askedAt) throws PeerException {
            Optional<String> fault = fault(token, credential);
            if (fault.isPresent()) {
                revoke(token);
                return abandon(new Failed(Reason.MINT_FAILED, fault.get()));
            }
            Instant expiresAt = askedAt.plus(
                    token.ttl().compareTo(credential.leaseDuration()) < 0 ? token.ttl() : credential.leaseDuration());
            if (expiresAt.isAfter(grant.window())) {
                revoke(token);
                return abandon(new Failed(Reason.MINT_FAILED, "the lease would end after the window"));
            }
            boolean active;
            try {
                active = store.activate(intent.session(), new Lease(credential.leaseId(), token.accessor()), expiresAt);
            } catch (PeerException e) {
                revoke(token);
                return abandon(new Failed(Reason.STATE_UNAVAILABLE, e.getMessage()));
            }
            if (!active) {
                revoke(token);
                return abandon(new Failed(
                        Reason.MINT_FAILED, "session " + intent.session() + " was ended while it was being made"));
            }
            Duration life = Duration.between(askedAt, expiresAt);
            var vended = new Vended(
                    intent,
                    grant.policy(),
                    configuration.databaseOf(grant.policy()),
                    handle,
                    credential.password(),
                    expiresAt,
                    // With three tenths of the lease left there is time for a second try.
                    grant.policy().renewals() == 0
                            ? Optional.empty()
                            : Optional.of(askedAt.plus(life.multipliedBy(7).dividedBy(10))));
            emit(
                    request,
                    Optional.of(grant.agent()),
                    Optional.of(intent.session()),
                    true,
                    Optional.empty(),
                    Optional.empty());
            return vended;
        }

        /** What is not as intended, if anything. */
        private Optional<String> fault(SessionToken token, Credential credential) {
            if (!credential.user().equals(intent.user().name())) {
                return Optional.of("Vault made another user than " + intent.user());
            }
            if (token.ttl().compareTo(grant.ttl()) > 0) {
                return Optional.of("the session token lives " + token.ttl() + ", longer than " + grant.ttl());
            }
            if (token.ttl().isZero() || credential.leaseDuration().isZero()) {
                return Optional.of("Vault gave a lease that never ends, or none");
            }
            if (credential.leaseDuration().compareTo(grant.policy().window()) > 0) {
                return Optional.of("the lease lasts " + credential.leaseDuration() + ", longer than the window of "
                        + grant.policy().window());
            }
            return Optional.empty();
        }

        /** Nobody will hold this session's password: take back what was minted, if anything was. */
        private void revoke(SessionToken token) {
            try {
                mint.revoke(token, intent);
            } catch (PeerException e) {
                // The ending that follows does it again with the broker's identity.
                note("the session token could not be revoked at once: " + e.getMessage());
            }
        }

        /** Sends the session to its ending. What cannot be sent is found by the sweep, as an intent without an outcome. */
        private Failed abandon(Failed failed) {
            var end = new End(EndReason.VEND_FAILED, BY, clock.instant());
            try {
                store.beginEnding(intent.session(), end);
                endings.endSoon(intent.session(), end);
            } catch (PeerException e) {
                note("left to the sweep: " + e.getMessage());
            }
            return failed;
        }

        private void note(String detail) {
            emit(
                    request,
                    Optional.of(grant.agent()),
                    Optional.of(intent.session()),
                    false,
                    Optional.of("clean_up_delayed"),
                    Optional.of(detail));
        }

        private Session session() {
            return Session.intended(intent, handle.digest(), grant.policy().statementTimeout());
        }

        private Claims claims(Optional<SessionId> replaces) {
            return new Claims(grant.policy().sessions(), tokenUse(), keyClaim(replaces));
        }

        private Optional<TokenUse> tokenUse() {
            var agent = grant.agent();
            if (!agent.issuer().singleUse()) {
                return Optional.empty();
            }
            // The verifier refuses a single-use issuer's token that has no jti.
            var digest = digest(agent.issuer().issuer(), agent.tokenId().orElseThrow());
            return Optional.of(
                    new TokenUse(digest, agent.expiresAt().plus(agent.issuer().clockSkew())));
        }

        private Optional<KeyClaim> keyClaim(Optional<SessionId> replaces) {
            var agent = grant.agent();
            return request.idempotencyKey()
                    .map(key -> new KeyClaim(
                            digest(agent.issuer().issuer(), agent.subject(), key),
                            replaces,
                            intent.createdAt().plus(KEY_REMEMBERED)));
        }

        private static Optional<SessionId> none() {
            return Optional.empty();
        }
    }

    private static Reason vaultReason(PeerException e) {
        return e.outcome() == Outcome.REFUSED ? Reason.VAULT_REFUSED : Reason.VAULT_UNAVAILABLE;
    }

    private static Reason mintReason(PeerException e) {
        return e.outcome() == Outcome.UNKNOWN ? Reason.MINT_OUTCOME_UNKNOWN : Reason.MINT_FAILED;
    }

    /** SHA-256 over the parts, each with its length before it, so that no two lists of parts give the same text. */
    private static Sha256 digest(String... parts) {
        var text = new StringBuilder();
        for (var part : parts) {
            text.append(part.length()).append(':').append(part);
        }
        return Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void emitRefusal(
            VendRequest request,
            Optional<VerifiedAgent> agent,
            Optional<SessionId> session,
            String reason,
            String detail) {
        emit(request, agent, session, false, Optional.of(reason), Optional.of(detail));
    }

    private void emit(
            VendRequest request,
            Optional<VerifiedAgent> agent,
            Optional<SessionId> session,
            boolean success,
            Optional<String> reason,
            Optional<String> detail) {
        var who = agent.map(
                        a -> new Who(Optional.of(a.issuer().issuer()), a.subject(), Optional.of(a.agent()), a.owner()))
                .orElse(Who.UNVERIFIED);
        events.emit(new Event(
                Kind.SESSION_VEND,
                success,
                reason,
                detail,
                who,
                request.origin().sourceAddress(),
                request.origin().requestId(),
                session,
                request.grant().text()));
    }

    private static <T> Result<T> result(PeerCall<T> call) {
        try {
            return new Result.Done<>(call.call());
        } catch (PeerException e) {
            return new Result.Failure<>(e);
        }
    }

    private static <T> T joined(Future<T> future) throws PeerException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PeerException peer) {
                throw peer;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for a peer");
        }
    }

    private interface PeerCall<T> extends Callable<T> {
        @Override
        T call() throws PeerException;
    }

    private sealed interface Result<T> {
        record Done<T>(T value) implements Result<T> {}

        record Failure<T>(PeerException exception) implements Result<T> {}
    }

    /**
     * @param configuration the compiled documents
     * @param digest their address
     */
    public record Documents(Configuration configuration, Sha256 digest) {}

    /** Who the vend speaks to. */
    public record Peers(
            TokenVerifier verifier, EvidenceStore evidence, SessionStore store, Mint mint, Endings endings) {}

    /**
     * @param sideBySide runs what goes beside the Vault login: intent, state, and now and then a look for new keys; three threads
     * @param random for identifiers and handles
     * @param clock the one clock
     */
    public record Machine(ExecutorService sideBySide, SecureRandom random, Clock clock) {}
}
