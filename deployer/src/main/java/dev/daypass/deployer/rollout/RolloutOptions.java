package dev.daypass.deployer.rollout;

import dev.daypass.grant.GrantName;
import java.time.Duration;
import java.util.Set;

/**
 * How far a rollout goes.
 *
 * @param only these grants, with what they need of their database; all if empty
 * @param patience how long another apply is waited for
 * @param drain how long sessions are waited for, from the moment at which their grants are closed
 * @param allowBeyond whether to apply although a session could do more than the documents say
 */
public record RolloutOptions(Set<GrantName> only, Duration patience, Duration drain, boolean allowBeyond) {
    public RolloutOptions {
        only = Set.copyOf(only);
    }

    /** All grants, ten minutes of waiting each, and nothing beyond the documents. */
    public static RolloutOptions standard() {
        return new RolloutOptions(Set.of(), Duration.ofMinutes(10), Duration.ofMinutes(10), false);
    }
}
