package dev.daypass.functions.policy;

import dev.daypass.card.CardNumber;
import dev.daypass.configuration.Configuration;
import dev.daypass.functions.identity.VerifiedAgent;
import dev.daypass.functions.policy.Refusal.Reason;
import dev.daypass.grant.Entitlement;
import dev.daypass.grant.GrantName;
import dev.daypass.grant.GrantPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Decides who may use which grant. Pure, immutable and thread-safe: the configuration and the request decide alone. */
public final class GrantDecider {
    private static final Duration SHORTEST_TTL = Duration.ofSeconds(1);

    private final Configuration configuration;

    public GrantDecider(Configuration configuration) {
        this.configuration = configuration;
    }

    /**
     * May the agent use the grant, for this long and for this purpose?
     *
     * @param ttl what was asked for; the grant's own default if nothing was
     */
    public Decision decide(
            VerifiedAgent agent, GrantName name, Optional<Duration> ttl, Optional<String> purpose, Instant now) {
        var known = configuration.grant(name);
        if (known.isEmpty()) {
            return refuse(agent, name, Reason.GRANT_UNKNOWN, "there is no grant " + name);
        }
        GrantPolicy policy = known.get();
        Optional<Entitlement> entitlement = entitlementOf(agent, policy);
        if (entitlement.isEmpty()) {
            return refuse(
                    agent,
                    name,
                    Reason.GRANT_NOT_ALLOWED,
                    "no entitlement of grant " + name + " matches the token's issuer and claims");
        }
        Duration length = ttl.orElse(policy.defaultTtl());
        if (length.compareTo(SHORTEST_TTL) < 0) {
            return refuse(Reason.TTL_TOO_SHORT, "ttl " + length + " is shorter than PT1S", "at least PT1S");
        }
        // Equality is allowed: a lease of exactly the longest length.
        if (length.compareTo(policy.maxTtl()) > 0) {
            return refuse(
                    Reason.TTL_TOO_LONG,
                    "ttl " + length + " is longer than the grant's " + policy.maxTtl(),
                    "at most " + policy.maxTtl());
        }
        if (purpose.isEmpty() && policy.purposeRequired()) {
            return refuse(
                    Reason.PURPOSE_MISSING,
                    "grant " + name + " is used for a stated purpose only",
                    policy.purposePattern()
                            .map(p -> "a purpose that matches " + p)
                            .orElse("a purpose"));
        }
        if (purpose.isPresent() && policy.purposePattern().isPresent()) {
            var pattern = policy.purposePattern().get();
            if (!pattern.matcher(purpose.get()).matches()) {
                return refuse(
                        Reason.PURPOSE_NOT_ACCEPTED,
                        "the purpose does not match the grant's pattern as a whole",
                        "a purpose that matches " + pattern);
            }
        }
        // The purpose goes into the locked intent as it is, where a card number could never be deleted.
        if (purpose.filter(CardNumber::mayBeIn).isPresent()) {
            return refuse(
                    Reason.PURPOSE_HOLDS_CARD_NUMBER,
                    "the purpose holds digits that may be a card number; it would be locked with the intent",
                    "a purpose without a card number");
        }
        return new Decision.Granted(new Grant(agent, policy, entitlement.get(), length, purpose, now));
    }

    /** The grants that this agent could ask for, by name. */
    public List<GrantPolicy> usableBy(VerifiedAgent agent) {
        return configuration.allGrants().stream()
                .filter(g -> entitlementOf(agent, g).isPresent())
                .toList();
    }

    private static Optional<Entitlement> entitlementOf(VerifiedAgent agent, GrantPolicy policy) {
        return policy.entitlements().stream()
                .filter(e -> e.issuer().equals(agent.issuer().name()))
                .filter(e -> e.claims().entrySet().stream()
                        .allMatch(
                                wanted -> agent.claim(wanted.getKey()).stream().anyMatch(wanted.getValue()::contains)))
                .findFirst();
    }

    private Decision refuse(VerifiedAgent agent, GrantName asked, Reason reason, String detail) {
        var nearest = usableBy(agent).stream()
                .map(GrantPolicy::name)
                .filter(n -> distance(n.text(), asked.text())
                        <= Math.max(2, asked.text().length() / 3))
                .min(Comparator.comparingInt(n -> distance(n.text(), asked.text())));
        return new Decision.Refused(new Refusal(reason, detail, Optional.empty(), nearest));
    }

    private static Decision refuse(Reason reason, String detail, String accepted) {
        return new Decision.Refused(new Refusal(reason, detail, Optional.of(accepted), Optional.empty()));
    }

    /** Levenshtein's distance; both names have at most 40 characters. */
    private static int distance(String a, String b) {
        var previous = new int[b.length() + 1];
        for (int j = 0; j < previous.length; j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            var row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], previous[j]) + 1, previous[j - 1] + change);
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
