package dev.daypass.grant;

import dev.daypass.card.CardNumber;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a grant's text says to a request. Pure: the functions decide with it, and so does whoever tries a document out before it is
 * deployed.
 */
public final class GrantRules {
    private static final Duration SHORTEST_TTL = Duration.ofSeconds(1);

    private GrantRules() {}

    /** What the rules said. */
    public sealed interface Judgement {
        /**
         * Yes.
         *
         * @param entitlement the way of being entitled that held
         * @param ttl the length of the first lease
         */
        record Allowed(Entitlement entitlement, Duration ttl) implements Judgement {}

        /**
         * No.
         *
         * @param detail the two values that were compared, in words
         * @param accepted what would be taken, where there is such a thing
         */
        record Denied(RefusalReason reason, String detail, Optional<String> accepted) implements Judgement {}
    }

    /**
     * May somebody use the grant, for this long and for this purpose?
     *
     * @param issuer the name of the issuer of the token
     * @param claims the values of a claim that may be compared; none for one that is not there
     * @param ttl what was asked for; the grant's own default if nothing was
     */
    public static Judgement judge(
            GrantPolicy policy,
            String issuer,
            Function<String, Set<String>> claims,
            Optional<Duration> ttl,
            Optional<String> purpose) {
        var entitlement = entitlement(policy, issuer, claims);
        if (entitlement.isEmpty()) {
            return new Judgement.Denied(
                    RefusalReason.GRANT_NOT_ALLOWED,
                    "no entitlement of grant " + policy.name() + " matches the token's issuer and claims",
                    Optional.empty());
        }
        Duration length = ttl.orElse(policy.defaultTtl());
        if (length.compareTo(SHORTEST_TTL) < 0) {
            return denied(RefusalReason.TTL_TOO_SHORT, "ttl " + length + " is shorter than PT1S", "at least PT1S");
        }
        // Equality is allowed: a lease of exactly the longest length.
        if (length.compareTo(policy.maxTtl()) > 0) {
            return denied(
                    RefusalReason.TTL_TOO_LONG,
                    "ttl " + length + " is longer than the grant's " + policy.maxTtl(),
                    "at most " + policy.maxTtl());
        }
        if (purpose.isEmpty() && policy.purposeRequired()) {
            return denied(
                    RefusalReason.PURPOSE_MISSING,
                    "grant " + policy.name() + " is used for a stated purpose only",
                    policy.purposePattern()
                            .map(p -> "a purpose that matches " + p)
                            .orElse("a purpose"));
        }
        if (purpose.isPresent() && policy.purposePattern().isPresent()) {
            var pattern = policy.purposePattern().get();
            if (!pattern.matcher(purpose.get()).matches()) {
                return denied(
                        RefusalReason.PURPOSE_NOT_ACCEPTED,
                        "the purpose does not match the grant's pattern as a whole",
                        "a purpose that matches " + pattern);
            }
        }
        // The purpose goes into the locked intent as it is, where a card number could never be deleted.
        if (purpose.filter(CardNumber::mayBeIn).isPresent()) {
            return denied(
                    RefusalReason.PURPOSE_HOLDS_CARD_NUMBER,
                    "the purpose holds digits that may be a card number; it would be locked with the intent",
                    "a purpose without a card number");
        }
        return new Judgement.Allowed(entitlement.get(), length);
    }

    /** The first way in which somebody is entitled to the grant. */
    public static Optional<Entitlement> entitlement(
            GrantPolicy policy, String issuer, Function<String, Set<String>> claims) {
        return policy.entitlements().stream()
                .filter(way -> way.issuer().equals(issuer))
                .filter(way -> way.claims().entrySet().stream()
                        .allMatch(
                                wanted -> claims.apply(wanted.getKey()).stream().anyMatch(wanted.getValue()::accepts)))
                .findFirst();
    }

    private static Judgement denied(RefusalReason reason, String detail, String accepted) {
        return new Judgement.Denied(reason, detail, Optional.of(accepted));
    }
}
