package dev.daypass.functions.vend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.daypass.functions.vend.VendOutcome.PolicyRefused;
import dev.daypass.functions.vend.VendOutcome.Vended;
import dev.daypass.grant.ClaimValues;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is entitled by a claim that a grant names by values and by patterns: in a vend, and in the list of what may be asked for. */
class ClaimPatternsTest {
    private final Peers peers = new Peers();
    private final ExecutorService sideBySide = Executors.newFixedThreadPool(2);

    ClaimPatternsTest() {
        peers.team = new ClaimValues(Set.of("support"), List.of(Pattern.compile("squad-[a-z]+")));
    }

    @AfterEach
    void stop() {
        sideBySide.shutdownNow();
    }

    @Test
    void aValueIsAcceptedExactly() {
        isEntitled("support");
        isNotEntitled("Support");
        isNotEntitled("support ");
    }

    @Test
    void aPatternMatchesTheWholeTextOrNothing() {
        isEntitled("squad-red");
        isNotEntitled("squad-red2");
        isNotEntitled("x squad-red");
        isNotEntitled("squad-red\n");
    }

    @Test
    void alternativesInAPatternAreAnchoredTogether() {
        peers.team = new ClaimValues(Set.of(), List.of(Pattern.compile("red|blue")));
        isEntitled("blue");
        isNotEntitled("blues");
        isNotEntitled("infrared");
    }

    @Test
    void oneMemberOfAListIsEnough() {
        isEntitled(List.of("other", "squad-blue"));
        isEntitled(List.of("other", "support"));
        isNotEntitled(List.of("other", "squad-"));
        isNotEntitled(List.of());
    }

    @Test
    void aListThatHoldsMoreThanTextsIsNoList() {
        isNotEntitled(List.of("support", 7));
        isNotEntitled(List.of("support", List.of("support")));
    }

    @Test
    void theMembersOfAListAreNotReadAsOneText() {
        peers.team = new ClaimValues(Set.of("a,b", "[a, b]"), List.of());
        isNotEntitled(List.of("a", "b"));
    }

    @Test
    void anObjectIsNoText() {
        isNotEntitled(Map.of("name", "support"));
    }

    @Test
    void textOfTheLongestLengthIsMatchedAndOneLongerIsNot() {
        peers.team = new ClaimValues(Set.of(), List.of(Pattern.compile("a+")));
        isEntitled("a".repeat(ClaimValues.LONGEST));
        isNotEntitled("a".repeat(ClaimValues.LONGEST + 1));
    }

    @Test
    void aTokenWithoutTheClaimIsNotEntitled() {
        peers.team = new ClaimValues(Set.of(), List.of(Pattern.compile(".*")));
        isEntitled("");
        var request = peers.request(Map.of("team", Optional.empty()), Optional.empty(), Optional.empty(), "TICKET-7");
        assertInstanceOf(PolicyRefused.class, peers.service(false, sideBySide).vend(request));
    }

    private void isEntitled(Object team) {
        assertInstanceOf(Vended.class, vend(team));
        assertEquals(List.of(Peers.GRANT.text()), usable(team));
    }

    private void isNotEntitled(Object team) {
        var refused = assertInstanceOf(PolicyRefused.class, vend(team));
        assertEquals("grant_not_allowed", refused.refusal().reason().code());
        assertEquals(List.of(), usable(team));
    }

    private VendOutcome vend(Object team) {
        return peers.service(false, sideBySide).vend(request(team));
    }

    private List<String> usable(Object team) {
        var request = request(team);
        var listing = peers.service(false, sideBySide).list(request.token(), request.origin());
        return assertInstanceOf(GrantListing.Listed.class, listing).grants().stream()
                .map(grant -> grant.name().text())
                .toList();
    }

    private VendRequest request(Object team) {
        return peers.request(Map.of("team", team), Optional.empty(), Optional.<Duration>empty(), "TICKET-7");
    }
}
