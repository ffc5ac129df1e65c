package dev.daypass.functions.vend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.vend.VendOutcome.Failed;
import dev.daypass.functions.vend.VendOutcome.PolicyRefused;
import dev.daypass.functions.vend.VendOutcome.Reason;
import dev.daypass.functions.vend.VendOutcome.TokenRejected;
import dev.daypass.functions.vend.VendOutcome.Vended;
import dev.daypass.grant.RefusalReason;
import dev.daypass.session.SessionStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VendServiceTest {
    private final Peers peers = new Peers();
    private final ExecutorService sideBySide = Executors.newFixedThreadPool(2);
    private final VendService service = peers.service(false, sideBySide);

    @AfterEach
    void stop() {
        sideBySide.shutdownNow();
    }

    @Test
    void aGoodRequestGetsTheIntendedUserAndItsSessionIsActive() {
        var vended = assertInstanceOf(Vended.class, service.vend(peers.request()));
        assertEquals("dp_" + vended.intent().session(), vended.intent().user().name());
        assertEquals(Peers.PASSWORD, vended.password().reveal());
        assertEquals(Peers.NOW.plus(Duration.ofMinutes(5)), vended.expiresAt());
        assertEquals(Peers.NOW.plus(Duration.ofHours(1)), vended.intent().window());
        assertEquals(SessionStatus.ACTIVE, peers.statuses.get(vended.intent().session()));
    }

    @Test
    void nothingIsMintedBeforeIntentStateAndLoginHaveAllSaidYes() {
        service.vend(peers.request());
        int mint = peers.calls.indexOf("vault.createSessionToken");
        for (var before : List.of("evidence.create", "state.intend", "vault.login")) {
            assertTrue(peers.calls.indexOf(before) < mint, before + " in " + peers.calls);
        }
        assertEquals(
                List.of("vault.createSessionToken", "vault.readCredential", "state.activate"),
                peers.calls.subList(mint, peers.calls.size()));
    }

    @ParameterizedTest
    @CsvSource({
        "evidence.create, EVIDENCE, EVIDENCE_UNAVAILABLE",
        "state.intend,    STATE,    STATE_UNAVAILABLE",
        "vault.login,     VAULT,    VAULT_UNAVAILABLE"
    })
    void whenOneOfTheThreeFailsNothingIsMinted(String call, Peer peer, Reason reason) {
        peers.fail(call, peer, Outcome.NOT_DONE);
        var failed = assertInstanceOf(Failed.class, service.vend(peers.request()));
        assertEquals(reason, failed.reason());
        assertFalse(peers.calls.contains("vault.createSessionToken"));
    }

    @ParameterizedTest
    @CsvSource({"NOT_DONE, MINT_FAILED", "REFUSED,  MINT_FAILED", "UNKNOWN,  MINT_OUTCOME_UNKNOWN"})
    void aMintThatDoesNotSucceedIsRevokedNeverRepeatedAndSentToItsEnding(Outcome outcome, Reason reason) {
        peers.fail("vault.readCredential", Peer.VAULT, outcome);
        var failed = assertInstanceOf(Failed.class, service.vend(peers.request()));
        assertEquals(reason, failed.reason());
        assertEquals(
                List.of(
                        "vault.createSessionToken",
                        "vault.readCredential",
                        "vault.revoke",
                        "state.beginEnding",
                        "endings.endSoon"),
                peers.calls.subList(3, peers.calls.size()));
    }

    @Test
    void aSessionThatWasEndedWhileItWasMadeIsNotAnswered() {
        peers.activates = false;
        var failed = assertInstanceOf(Failed.class, service.vend(peers.request()));
        assertEquals(Reason.MINT_FAILED, failed.reason());
        assertTrue(peers.calls.contains("vault.revoke"));
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void whenStateDoesNotSayActiveThePasswordIsNotAnswered(Outcome outcome) {
        peers.fail("state.activate", Peer.STATE, outcome);
        var failed = assertInstanceOf(Failed.class, service.vend(peers.request()));
        assertEquals(Reason.STATE_UNAVAILABLE, failed.reason());
        assertTrue(peers.calls.contains("vault.revoke"));
    }

    @Test
    void aUserOtherThanTheIntendedOneIsRevokedAndNotAnswered() {
        peers.otherUser = Optional.of("dp_somebody_else");
        var failed = assertInstanceOf(Failed.class, service.vend(peers.request()));
        assertEquals(Reason.MINT_FAILED, failed.reason());
        assertTrue(peers.calls.contains("vault.revoke"));
    }

    @Test
    void aTokenThatLivesLongerThanAskedForIsRevokedAndNotAnswered() {
        peers.tokenTtl = Duration.ofMinutes(5).plusSeconds(1);
        var failed = assertInstanceOf(Failed.class, service.vend(peers.request()));
        assertEquals(Reason.MINT_FAILED, failed.reason());
        assertTrue(peers.calls.contains("vault.revoke"));
    }

    @Test
    void aSingleUseTokenWorksOnce() {
        var once = peers.service(true, sideBySide);
        var request = peers.request();
        assertInstanceOf(Vended.class, once.vend(request));
        assertEquals(
                Reason.TOKEN_REPLAYED,
                assertInstanceOf(Failed.class, once.vend(request)).reason());
    }

    @Test
    void aSecondRequestWithTheSameIdempotencyKeyEndsTheFirstSessionBeforeItMints() {
        var request = peers.request(Map.of(), Optional.of("key"), Optional.empty(), "TICKET-7");
        var first = assertInstanceOf(Vended.class, service.vend(request));
        peers.calls.clear();
        assertInstanceOf(Vended.class, service.vend(request));
        assertEquals(SessionStatus.ENDED, peers.statuses.get(first.intent().session()));
        assertTrue(peers.calls.indexOf("endings.endNow") < peers.calls.indexOf("vault.createSessionToken"));
    }

    @Test
    void aGrantThatIsFullGetsNothingMintedAndHasNothingToTakeBack() {
        peers.fullButForTheEnded = true;
        var failed = assertInstanceOf(Failed.class, service.vend(peers.request()));
        assertEquals(Reason.SESSIONS_EXHAUSTED, failed.reason());
        assertTrue(failed.detail().contains(Peers.SESSIONS + " sessions at once"), failed.detail());
        assertEquals(
                List.of("evidence.create", "state.intend", "vault.login"),
                peers.calls.stream().sorted().toList());
        assertTrue(peers.events.toString(StandardCharsets.UTF_8).contains("\"reason\":\"sessions_exhausted\""));
    }

    @Test
    void aGrantThatIsFullSpendsNoSingleUseToken() {
        var once = peers.service(true, sideBySide);
        peers.fullButForTheEnded = true;
        var request = peers.request();
        assertFalse(assertInstanceOf(Failed.class, once.vend(request)).tokenSpent());
        peers.fullButForTheEnded = false;
        assertInstanceOf(Vended.class, once.vend(request));
    }

    @Test
    void aReplacedSessionMakesRoomForItsReplacement() {
        var request = peers.request(Map.of(), Optional.of("key"), Optional.empty(), "TICKET-7");
        assertInstanceOf(Vended.class, service.vend(request));
        peers.fullButForTheEnded = true;
        assertInstanceOf(Vended.class, service.vend(request));
    }

    @Test
    void aGrantWithoutRenewalsNamesNoTimeToRenew() {
        assertTrue(assertInstanceOf(Vended.class, service.vend(peers.request()))
                .renewBefore()
                .isPresent());
        peers.renewals = 0;
        var vended =
                assertInstanceOf(Vended.class, peers.service(false, sideBySide).vend(peers.request()));
        assertEquals(Optional.empty(), vended.renewBefore());
    }

    @Test
    void whenTheFirstSessionsEndingIsNotVerifiedTheSecondRequestGetsNone() {
        var request = peers.request(Map.of(), Optional.of("key"), Optional.empty(), "TICKET-7");
        assertInstanceOf(Vended.class, service.vend(request));
        peers.statusAfterEnding = SessionStatus.ENDING;
        peers.calls.clear();
        var failed = assertInstanceOf(Failed.class, service.vend(request));
        assertEquals(Reason.IDEMPOTENCY_IN_PROGRESS, failed.reason());
        assertFalse(peers.calls.contains("vault.createSessionToken"));
    }

    @Test
    void aTokenThatIsNotAcceptedReachesNoPeer() {
        var request = peers.request(Map.of("aud", "another"), Optional.empty(), Optional.empty(), "TICKET-7");
        var rejected = assertInstanceOf(TokenRejected.class, service.vend(request));
        assertEquals("audience_wrong", rejected.reason().code());
        assertEquals(List.of(), peers.calls);
    }

    @Test
    void aClaimThatNoEntitlementNamesIsRefused() {
        var request = peers.request(Map.of("team", "billing"), Optional.empty(), Optional.empty(), "TICKET-7");
        var refused = assertInstanceOf(PolicyRefused.class, service.vend(request));
        assertEquals(RefusalReason.GRANT_NOT_ALLOWED, refused.refusal().reason());
        assertEquals(List.of(), peers.calls);
    }

    @Test
    void theLongestTtlIsAllowedAndOneSecondMoreIsNot() {
        peers.tokenTtl = Duration.ofMinutes(15);
        var longest = Optional.of(Duration.ofMinutes(15));
        assertInstanceOf(Vended.class, service.vend(peers.request(Map.of(), Optional.empty(), longest, "TICKET-7")));
        var longer = Optional.of(Duration.ofMinutes(15).plusSeconds(1));
        var refused = assertInstanceOf(
                PolicyRefused.class, service.vend(peers.request(Map.of(), Optional.empty(), longer, "TICKET-7")));
        assertEquals(RefusalReason.TTL_TOO_LONG, refused.refusal().reason());
    }

    @Test
    void aPurposeMustMatchAsAWhole() {
        var request = peers.request(Map.of(), Optional.empty(), Optional.empty(), "TICKET-7; and more");
        var refused = assertInstanceOf(PolicyRefused.class, service.vend(request));
        assertEquals(RefusalReason.PURPOSE_NOT_ACCEPTED, refused.refusal().reason());
    }

    @Test
    void everyOutcomeIsAnEventAndNoneHoldsASecret() {
        var request = peers.request();
        service.vend(request);
        service.vend(peers.request(Map.of("aud", "another"), Optional.empty(), Optional.empty(), "TICKET-7"));
        peers.fail("vault.login", Peer.VAULT, Outcome.REFUSED);
        service.vend(peers.request());
        String lines = peers.events.toString(StandardCharsets.UTF_8);
        assertEquals(3, lines.lines().count());
        assertTrue(lines.contains("\"reason\":\"audience_wrong\""));
        assertTrue(lines.contains("\"reason\":\"vault_refused\""));
        assertFalse(lines.contains(Peers.PASSWORD));
        assertFalse(lines.contains(request.token().reveal()));
    }
}
