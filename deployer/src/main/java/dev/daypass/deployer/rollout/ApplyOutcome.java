package dev.daypass.deployer.rollout;

import java.util.List;

/** How an apply ended. */
public sealed interface ApplyOutcome {
    /** Everything is as the documents say; {@code changes} is 0 where it was so before. */
    record Applied(RolloutPlan plan, int changes) implements ApplyOutcome {}

    /** Nothing was begun. */
    record Refused(RolloutPlan plan, List<String> reasons) implements ApplyOutcome {
        public Refused {
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * It could not finish. Applying again goes on from here.
     *
     * @param at the change and the step
     * @param cause what happened
     * @param state what is in force now for the grant at which it stopped
     * @param notMade the changes that were not made, the one at which it stopped first
     * @param whenToGoOn what has to be true or done before applying again is of use
     */
    record Stopped(String at, String cause, String state, List<String> notMade, String whenToGoOn)
            implements ApplyOutcome {
        public Stopped {
            notMade = List.copyOf(notMade);
        }
    }
}
