package dev.daypass.functions.vend;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.daypass.configuration.Configuration;
import dev.daypass.database.Database;
import dev.daypass.database.Engine;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Intent;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.functions.events.Events;
import dev.daypass.functions.evidence.EvidenceStore;
import dev.daypass.functions.identity.BearerToken;
import dev.daypass.functions.identity.JwksCache;
import dev.daypass.functions.identity.TokenVerifier;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.policy.Grant;
import dev.daypass.functions.state.Session;
import dev.daypass.functions.state.Session.End;
import dev.daypass.functions.state.SessionStore;
import dev.daypass.functions.vault.Mint;
import dev.daypass.functions.vault.Password;
import dev.daypass.functions.vault.VaultToken;
import dev.daypass.grant.ClaimValues;
import dev.daypass.grant.Entitlement;
import dev.daypass.grant.GrantName;
import dev.daypass.grant.GrantPolicy;
import dev.daypass.identity.SignatureAlgorithm;
import dev.daypass.identity.TrustedIssuer;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Every peer of the vend as a fake that writes down when it was called, and fails when told to. */
final class Peers {
    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    static final GrantName GRANT = new GrantName("orders-support-read");
    static final int SESSIONS = 20;
    static final String PASSWORD = "the-issued-password";

    /** What was called, in order. */
    final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    final Map<String, PeerException> faults = new ConcurrentHashMap<>();
    final ByteArrayOutputStream events = new ByteArrayOutputStream();
    final Map<SessionId, SessionStatus> statuses = new ConcurrentHashMap<>();
    private final Set<Sha256> usedTokens = ConcurrentHashMap.newKeySet();
    private final Map<Sha256, SessionId> keys = new ConcurrentHashMap<>();
    private final ECKey key;
    int renewals = 3;
    /** What the claim "team" must hold. */
    ClaimValues team = ClaimValues.of("support");

    /** Whether other sessions hold every slot, but for those that an ending gave back. */
    boolean fullButForTheEnded;

    SessionStatus statusAfterEnding = SessionStatus.ENDED;
    boolean activates = true;
    Optional<String> otherUser = Optional.empty();
    Duration tokenTtl = Duration.ofMinutes(5);

    Peers() {
        try {
            key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    void fail(String call, Peer peer, Outcome outcome) {
        faults.put(call, new PeerException(peer, outcome, call + " fails in this test"));
    }

    private void called(String call) throws PeerException {
        calls.add(call);
        var fault = faults.get(call);
        if (fault != null) {
            throw fault;
        }
    }

    VendService service(boolean singleUse, ExecutorService sideBySide) {
        var issuer = new TrustedIssuer(
                "dev",
                "https://idp.example",
                "daypass",
                false,
                Set.of("at+jwt"),
                false,
                Set.of(SignatureAlgorithm.ES256),
                URI.create("https://idp.example/jwks"),
                false,
                "sub",
                "owner",
                false,
                Optional.empty(),
                singleUse,
                Duration.ofMinutes(10),
                Duration.ofSeconds(30),
                "jwt-dev");
        var database = new Database(
                "orders",
                Engine.POSTGRESQL,
                "db",
                5432,
                "orders",
                Database.Tls.VERIFY_FULL,
                "orders",
                "witness-orders");
        var grant = new GrantPolicy(
                GRANT,
                "1",
                Sha256.of(new byte[] {1}),
                "orders",
                Duration.ofMinutes(5),
                Duration.ofMinutes(15),
                Duration.ofHours(1),
                renewals,
                SESSIONS,
                true,
                Optional.of(Pattern.compile("TICKET-[0-9]+")),
                Duration.ofSeconds(30),
                List.of(new Entitlement("dev", Map.of("team", team), "orders-support-read--1")),
                List.of("select on customers"),
                "read");
        var configuration = new Configuration(
                new TreeMap<>(Map.of("dev", issuer)),
                new TreeMap<>(Map.of("orders", database)),
                new TreeMap<>(Map.of(GRANT.text(), grant)));
        var jwks = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
        var verifier = new TokenVerifier(
                configuration, new JwksCache((uri, maxBytes) -> jwks.clone(), JwksCache.Options.DEFAULT));
        var clock = Clock.fixed(NOW, ZoneOffset.UTC);
        return new VendService(
                new VendService.Documents(configuration, Sha256.of(new byte[] {2})),
                new VendService.Peers(verifier, new FakeEvidence(), new FakeStore(), new FakeMint(), new FakeEndings()),
                new Events(new PrintStream(events, true, StandardCharsets.UTF_8), clock),
                new ObjectKey.Place("eu-central-1", "111122223333"),
                new VendService.Machine(sideBySide, new SecureRandom(), clock));
    }

    VendRequest request(
            Map<String, Object> change, Optional<String> idempotencyKey, Optional<Duration> ttl, String purpose) {
        Map<String, Object> claims = new HashMap<>(Map.of(
                "iss",
                "https://idp.example",
                "sub",
                "agent:7",
                "aud",
                "daypass",
                "owner",
                "team-support",
                "team",
                "support",
                "jti",
                "j1"));
        claims.putAll(change);
        // An empty Optional takes a claim away.
        claims.values().removeIf(Optional.empty()::equals);
        var set = new JWTClaimsSet.Builder().issueTime(Date.from(NOW)).expirationTime(Date.from(NOW.plusSeconds(300)));
        claims.forEach(set::claim);
        var jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType("at+jwt"))
                        .keyID("k1")
                        .build(),
                set.build());
        try {
            jwt.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return new VendRequest(
                BearerToken.parse(jwt.serialize()),
                GRANT,
                ttl,
                Optional.of(purpose),
                idempotencyKey,
                new Intent.Origin("192.0.2.1", Optional.empty(), "request-1"));
    }

    VendRequest request() {
        return request(Map.of(), Optional.empty(), Optional.empty(), "TICKET-7");
    }

    private final class FakeEvidence implements EvidenceStore {
        @Override
        public Put create(ObjectKey objectKey, byte[] body) throws PeerException {
            called("evidence.create");
            return Put.CREATED;
        }

        @Override
        public byte[] configuration(Sha256 digest) {
            throw new IllegalStateException("not asked for in these tests");
        }
    }

    private final class FakeStore implements SessionStore {
        private boolean full() {
            return fullButForTheEnded && !statuses.containsValue(SessionStatus.ENDED);
        }

        @Override
        public Intended intend(Session session, Claims claims) throws PeerException {
            called("state.intend");
            var tokenUse = claims.tokenUse();
            var keyClaim = claims.key();
            if (tokenUse.isPresent() && usedTokens.contains(tokenUse.get().digest())) {
                return new Intended.TokenReplayed();
            }
            if (keyClaim.isPresent()) {
                var held = keys.get(keyClaim.get().digest());
                if (held != null && !keyClaim.get().replaces().equals(Optional.of(held))) {
                    return new Intended.KeyHeld(held);
                }
                if (full()) {
                    return new Intended.SessionsExhausted();
                }
                keys.put(keyClaim.get().digest(), session.id());
            }
            if (full()) {
                return new Intended.SessionsExhausted();
            }
            tokenUse.ifPresent(use -> usedTokens.add(use.digest()));
            statuses.put(session.id(), SessionStatus.INTENDED);
            return new Intended.Written();
        }

        @Override
        public boolean activate(SessionId session, Session.Lease lease, Instant expiresAt) throws PeerException {
            called("state.activate");
            if (activates) {
                statuses.put(session, SessionStatus.ACTIVE);
            }
            return activates;
        }

        @Override
        public Optional<Session> beginEnding(SessionId session, End end) throws PeerException {
            called("state.beginEnding");
            statuses.put(session, SessionStatus.ENDING);
            return Optional.empty();
        }

        @Override
        public boolean extend(Session from, Instant to) {
            throw new IllegalStateException("the vend does not renew");
        }

        @Override
        public Session noteVerified(SessionId session, Instant verifiedAt) {
            throw new IllegalStateException("the vend does not end");
        }

        @Override
        public void ended(Session session, Instant forgetAt) {
            throw new IllegalStateException("the vend does not end");
        }

        @Override
        public Optional<Session> find(SessionId session) {
            throw new IllegalStateException("the vend does not read");
        }

        @Override
        public List<Session> open(Instant dueAt, Predicate<Session> wanted, int limit) {
            throw new IllegalStateException("the vend does not sweep");
        }
    }

    private final class FakeMint implements Mint {
        @Override
        public VaultToken login(Grant grant, BearerToken token, Intent intent) throws PeerException {
            called("vault.login");
            return new VaultToken("login");
        }

        @Override
        public SessionToken createSessionToken(
                VaultToken login, Grant grant, Intent intent, Duration ttl, Duration untilWindow) throws PeerException {
            called("vault.createSessionToken");
            return new SessionToken(new VaultToken("session"), "accessor", tokenTtl);
        }

        @Override
        public Credential readCredential(SessionToken token, Grant grant, Intent intent) throws PeerException {
            called("vault.readCredential");
            return new Credential(
                    otherUser.orElse(intent.user().name()), new Password(PASSWORD), "lease", Duration.ofMinutes(15));
        }

        @Override
        public void revoke(SessionToken token, Intent intent) throws PeerException {
            called("vault.revoke");
        }
    }

    private final class FakeEndings implements Endings {
        @Override
        public SessionStatus endNow(SessionId session, End end) throws PeerException {
            called("endings.endNow");
            statuses.put(session, statusAfterEnding);
            return statusAfterEnding;
        }

        @Override
        public void endSoon(SessionId session, End end) throws PeerException {
            called("endings.endSoon");
        }
    }
}
