package dev.daypass.testbed;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.Callable;

/** For what happens in another process, at its own pace. */
final class Eventually {
    private Eventually() {}

    /** Waits until the condition holds; fails when it still does not at the limit. */
    static void holds(Duration limit, Callable<Boolean> condition) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (!condition.call()) {
                if (System.nanoTime() > end) {
                    fail("does not hold after " + limit);
                }
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            fail(e);
        }
    }
}
