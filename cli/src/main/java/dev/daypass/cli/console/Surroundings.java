package dev.daypass.cli.console;

import java.io.InputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * What a command meets around it, so that a test can give it another one.
 *
 * @param environment the environment's variables, unchanging
 */
public record Surroundings(
        Map<String, String> environment, InputStream in, PrintStream out, PrintStream err, Clock clock) {
    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /** Those of this process. */
    public static Surroundings ofThisProcess() {
        return new Surroundings(System.getenv(), System.in, System.out, System.err, Clock.systemUTC());
    }

    /** A variable; one that is set to nothing counts as not set. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** Tells the person, beside the command's result. */
    public void tell(String message) {
        err.println("daypass: " + message);
        err.flush();
    }
}
