package dev.daypass.benchmarks;

import dev.daypass.testbed.aws.LambdaHost;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** From the start of a process to its first answer through the runtime client: the vend against a hello. */
final class ColdStart {
    private static final int RUNS = 9;
    private static final String VENDED = "\"statusCode\":201";

    private final Setting setting;

    ColdStart(Setting setting) {
        this.setting = setting;
    }

    void run() throws IOException, InterruptedException {
        Supplier<String> vend = setting::vendEvent;
        train("hello.aot", setting.hello(""), () -> "{}", "hello");
        train("vend.aot", setting.vend("", false), vend, VENDED);
        var kinds = new LinkedHashMap<String, Kind>();
        kinds.put("hello", new Kind(setting.hello(""), () -> "{}", "hello"));
        kinds.put("vend", new Kind(setting.vend("", false), vend, VENDED));
        kinds.put("hello, AOT cache", new Kind(setting.hello("hello.aot"), () -> "{}", "hello"));
        var cached = setting.vend("vend.aot", false);
        kinds.put("unknown route, AOT cache", new Kind(cached, () -> setting.getEvent("/"), "\"statusCode\":404"));
        String metadata = "/.well-known/oauth-protected-resource";
        kinds.put("metadata, AOT cache", new Kind(cached, () -> setting.getEvent(metadata), "\"statusCode\":200"));
        kinds.put("listing, AOT cache", new Kind(cached, () -> setting.getEvent("/v1/grants"), "\"statusCode\":200"));
        kinds.put("vend, AOT cache", new Kind(cached, vend, VENDED));
        measure(kinds);
        System.out.println("\nCold start, ms from process start to first answer (serial collector, C1):");
        for (var kind : kinds.entrySet()) {
            System.out.printf("  %-26s %s   CPU %s%n", kind.getKey(), kind.getValue().wall, kind.getValue().cpu);
        }
        ratio(kinds, "vend", "hello", "no aim");
        ratio(kinds, "vend, AOT cache", "hello, AOT cache", "aim 2.0");
        System.out.printf(
                "  AOT caches: hello %d MB, vend %d MB%n",
                Files.size(setting.file("hello.aot")) >> 20, Files.size(setting.file("vend.aot")) >> 20);
    }

    private static void ratio(Map<String, Kind> kinds, String above, String below, String aim) {
        var a = kinds.get(above);
        var b = kinds.get(below);
        if (a == null || b == null) {
            throw new IllegalArgumentException(above + " or " + below);
        }
        System.out.printf(
                "  %s / %s: %s (%s); CPU %s%n",
                above, below, Figures.ratio(a.wall, b.wall), aim, Figures.ratio(a.cpu, b.cpu));
    }

    /** Each kind once in every round, so that what else the machine does falls on all alike. */
    private void measure(Map<String, Kind> kinds) throws IOException, InterruptedException {
        for (int round = 0; round < RUNS; round++) {
            for (var kind : kinds.values()) {
                var event = kind.event.get();
                long start = System.nanoTime();
                try (var environment = Environment.start(setting.reaper(), kind.options, "")) {
                    environment.invoke(event, kind.expected);
                    kind.wall.add((System.nanoTime() - start) / 1e6);
                    kind.cpu.add(environment.cpuMillis());
                }
            }
        }
    }

    /** JEP 514: what this one run loads and links is what the cache will hold. */
    private void train(String cache, LambdaHost.Options options, Supplier<String> event, String expected)
            throws IOException, InterruptedException {
        var file = setting.file(cache);
        var environment = Environment.start(setting.reaper(), options, "-XX:AOTCacheOutput=" + file);
        environment.invoke(event.get(), expected);
        environment.end();
        if (Files.notExists(file)) {
            throw new IllegalStateException("no cache was written: see " + options.log());
        }
    }

    private static final class Kind {
        final LambdaHost.Options options;
        final Supplier<String> event;
        final String expected;
        final Figures wall = new Figures();
        final Figures cpu = new Figures();

        Kind(LambdaHost.Options options, Supplier<String> event, String expected) {
            this.options = options;
            this.event = event;
            this.expected = expected;
        }
    }
}
