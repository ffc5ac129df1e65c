package dev.daypass.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** The first request after the hooks that run before a snapshot, against later ones of the same process. */
final class FirstAfterPriming {
    private static final int PROCESSES = 7;
    private static final int WARM_UP = 10;
    private static final int WARM = 9;
    /** On Lambda the managed runtime ties org.crac to its own hooks; started by hand, the JVM has to be told. */
    private static final String HOOKS = "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac";

    private final Setting setting;

    FirstAfterPriming(Setting setting) {
        this.setting = setting;
    }

    void run() throws IOException, InterruptedException {
        var initialised = new Figures();
        var first = new Figures();
        var second = new Figures();
        var warm = new Figures();
        for (int i = 0; i < PROCESSES; i++) {
            long start = System.nanoTime();
            try (var environment = primed("")) {
                initialised.add((System.nanoTime() - start) / 1e6);
                first.add(request(environment));
                second.add(request(environment));
                for (int j = 0; j < WARM_UP; j++) {
                    request(environment);
                }
                for (int j = 0; j < WARM; j++) {
                    warm.add(request(environment));
                }
            }
        }
        System.out.println("\nFirst request after priming, ms, through the runtime client:");
        System.out.printf("  start and hooks (before the snapshot) %s%n", initialised);
        System.out.printf("  first vend                            %s%n", first);
        System.out.printf("  second vend                           %s%n", second);
        System.out.printf("  vends 13 to 21                        %s%n", warm);
        System.out.printf("  first / warm: %s (aim 1.5)%n", Figures.ratio(first, warm));
        classes();
    }

    private void classes() throws IOException, InterruptedException {
        var log = setting.file("classes.log");
        try (var environment = primed(" -Xlog:class+load:file=" + log)) {
            int before = Files.readAllLines(log).size();
            request(environment);
            List<String> lines = Files.readAllLines(log);
            var loaded = lines.subList(before, lines.size());
            System.out.printf("  classes loaded by the first vend: %d (aim 0)%n", loaded.size());
            loaded.stream().limit(200).forEach(l -> System.out.println("    " + l.replaceFirst(".*\\] ", "")));
        }
    }

    private Environment primed(String more) throws IOException, InterruptedException {
        var environment = Environment.start(setting.reaper(), setting.vend("", true), HOOKS + more);
        var failure = environment.host().awaitInitialised(Duration.ofSeconds(60));
        if (failure.isPresent()) {
            throw new IllegalStateException("the function was not initialised: " + failure.get());
        }
        environment.host().restore();
        Thread.sleep(100); // It asks for its first event.
        return environment;
    }

    private double request(Environment environment) throws InterruptedException {
        var event = setting.vendEvent();
        long start = System.nanoTime();
        environment.invoke(event, "\"statusCode\":201");
        return (System.nanoTime() - start) / 1e6;
    }
}
