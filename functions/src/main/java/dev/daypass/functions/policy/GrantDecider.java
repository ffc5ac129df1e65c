package dev.daypass.functions.policy;

import dev.daypass.configuration.Configuration;
import dev.daypass.functions.identity.VerifiedAgent;
import dev.daypass.grant.GrantName;
import dev.daypass.grant.GrantPolicy;
import dev.daypass.grant.GrantRules;
import dev.daypass.grant.GrantRules.Judgement;
import dev.daypass.grant.RefusalReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Decides who may use which grant. Pure, immutable and thread-safe: the configuration and the request decide alone. */
public final class GrantDecider {
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
            return refuse(agent, name, RefusalReason.GRANT_UNKNOWN, "there is no grant " + name);
        }
        GrantPolicy policy = known.get();
        return switch (GrantRules.judge(policy, agent.issuer().name(), agent::claim, ttl, purpose)) {
            case Judgement.Allowed(var entitlement, var length) ->
                new Decision.Granted(new Grant(agent, policy, entitlement, length, purpose, now));
            case Judgement.Denied(var reason, var detail, var accepted) ->
                reason == RefusalReason.GRANT_NOT_ALLOWED
                        ? refuse(agent, name, reason, detail)
                        : new Decision.Refused(new Refusal(reason, detail, accepted, Optional.empty()));
        };
    }

    /** The grants that this agent could ask for, by name. */
    public List<GrantPolicy> usableBy(VerifiedAgent agent) {
        return configuration.allGrants().stream()
                .filter(g -> GrantRules.entitlement(g, agent.issuer().name(), agent::claim)
                        .isPresent())
                .toList();
    }

    private Decision refuse(VerifiedAgent agent, GrantName asked, RefusalReason reason, String detail) {
        var nearest = usableBy(agent).stream()
                .map(GrantPolicy::name)
                .filter(n -> distance(n.text(), asked.text())
                        <= Math.max(2, asked.text().length() / 3))
                .min(Comparator.comparingInt(n -> distance(n.text(), asked.text())));
        return new Decision.Refused(new Refusal(reason, detail, Optional.empty(), nearest));
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
