package dev.daypass.deployer.rollout;

import java.time.Duration;

/** How time is passed while sessions are waited for. */
@FunctionalInterface
interface Pause {
    void pause(Duration duration) throws InterruptedException;
}
