package dev.daypass.benchmarks;

import dev.daypass.testbed.Reaper;
import dev.daypass.testbed.aws.LambdaHost;
import dev.daypass.testbed.aws.LambdaHost.Answered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A function's process, started by its own {@code bootstrap}, as it can be measured from outside. */
final class Environment implements AutoCloseable {
    /** What {@code _SC_CLK_TCK} is on every Linux that this runs on: /proc counts CPU time in hundredths of a second. */
    private static final int MS_PER_TICK = 10;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final LambdaHost host;
    private final String handler;

    private Environment(LambdaHost host, String handler) {
        this.host = host;
        this.handler = handler;
    }

    /** The function's JVM, which it is only after bootstrap has become it. */
    private ProcessHandle process() {
        return ProcessHandle.current()
                .descendants()
                .filter(p -> p.info().commandLine().orElse("").endsWith(" " + handler))
                .filter(p -> p.info().commandLine().orElse("").contains("/java "))
                .max(Comparator.comparing(p -> p.info().startInstant().orElse(Instant.EPOCH)))
                .orElseThrow(() -> new IllegalStateException("no process of " + handler + " was found"));
    }

    /** Starts it; {@code jvmOptions} are added to those of bootstrap. */
    static Environment start(Reaper reaper, LambdaHost.Options options, String jvmOptions) throws IOException {
        Map<String, String> variables = new TreeMap<>(options.environment());
        variables.put("JAVA_HOME", System.getProperty("java.home"));
        if (!jvmOptions.isEmpty()) {
            variables.put("JAVA_TOOL_OPTIONS", jvmOptions);
        }
        var host = LambdaHost.start(
                reaper,
                new LambdaHost.Options(
                        options.taskRoot(), options.handler(), variables, options.log(), options.snapStart()));
        return new Environment(host, options.handler());
    }

    LambdaHost host() {
        return host;
    }

    /** The answer, which must hold {@code expected}. */
    String invoke(String event, String expected) throws InterruptedException {
        var outcome = host.invoke(event, PATIENCE);
        if (outcome instanceof Answered(String body) && body.contains(expected)) {
            return body;
        }
        throw new IllegalStateException("expected an answer with " + expected + ", found " + outcome);
    }

    /** User and system time of the process so far, in ms. */
    double cpuMillis() throws IOException {
        var stat = Files.readString(Path.of("/proc", Long.toString(process().pid()), "stat"));
        // proc(5): fields 14 and 15; the second field, in parentheses, may hold spaces.
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * (double) MS_PER_TICK;
    }

    /** Lets the JVM end of itself, as it must to write a cache. */
    void end() throws InterruptedException {
        var process = process();
        process.destroy();
        try {
            process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the function did not end", e);
        }
        host.close();
    }

    @Override
    public void close() {
        host.close();
    }
}
