package dev.daypass.functions.priming;

import java.util.Map;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * Makes a function ready for its snapshot: it is primed, then set up for real, and no connection of either crosses. A step
 * that fails costs the first request its time and stops nothing; one line in the log says what was not reached.
 *
 * <p>The runtime client calls it through {@code org.crac} (Lambda Developer Guide, "Runtime hooks for SnapStart").
 */
public final class BeforeSnapshot implements Resource {
    private final Step priming;
    private final Step setUp;

    private BeforeSnapshot(Step priming, Step setUp) {
        this.priming = priming;
        this.setUp = setUp;
    }

    /** Whether Lambda will take a snapshot of this environment once it is initialised. */
    public static boolean isAhead(Map<String, String> environment) {
        return environment.getOrDefault("AWS_LAMBDA_INITIALIZATION_TYPE", "").equals("snap-start");
    }

    /** @return what the caller must hold on to: the runtime client's own reference is weak */
    public static BeforeSnapshot register(Step priming, Step setUp) {
        var hook = new BeforeSnapshot(priming, setUp);
        Core.getGlobalContext().register(hook);
        return hook;
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        attempt("priming", priming);
        attempt("setting up", setUp);
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {
        // Connections and credentials come with the first request that needs them.
    }

    private static void attempt(String what, Step step) {
        try {
            step.run();
        } catch (Exception e) {
            System.err.println("before the snapshot, " + what + " was not reached: " + e.getMessage());
        }
    }

    /** Something to be done before the snapshot. */
    @FunctionalInterface
    public interface Step {
        void run() throws Exception;
    }
}
