package dev.daypass.benchmarks;

import dev.daypass.cli.local.LocalDaypass;
import dev.daypass.testbed.Progress;
import dev.daypass.testbed.Reaper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Everything that is measured, over one local installation. */
public final class Benchmarks {
    private static final List<String> PARTS =
            List.of("cold", "primed", "warm", "token", "redaction", "pipeline", "verify", "grants");

    /** Those that need no installation. */
    private static final List<String> ALONE = List.of("token", "redaction", "pipeline", "verify", "grants");

    private Benchmarks() {}

    /** @param args the parts to run; none for all */
    public static void main(String[] args) throws Exception {
        var wanted = args.length == 0 ? PARTS : List.of(args);
        if (!PARTS.containsAll(wanted)) {
            System.err.println("benchmarks: the parts are " + String.join(", ", PARTS));
            System.exit(2);
        }
        System.out.printf(
                "JDK %s, %d cores, load before %s%n",
                System.getProperty("java.vm.version"), Runtime.getRuntime().availableProcessors(), load());
        if (!ALONE.containsAll(wanted)) {
            Progress progress = System.err::println;
            try (var daypass = LocalDaypass.start(progress);
                    var reaper = Reaper.open()) {
                var setting = new Setting(daypass, reaper);
                if (wanted.contains("cold")) {
                    new ColdStart(setting).run();
                }
                if (wanted.contains("primed")) {
                    new FirstAfterPriming(setting).run();
                }
                if (wanted.contains("warm")) {
                    new WarmVend(setting).run();
                }
            }
        }
        if (wanted.contains("token")) {
            System.out.println("\nToken verification:");
            TokenVerificationBenchmark.main(new String[0]);
        }
        if (wanted.contains("redaction")) {
            System.out.println("\nRedaction:");
            RedactionBenchmark.main(new String[0]);
        }
        if (wanted.contains("pipeline")) {
            System.out.println("\nPipeline:");
            PipelineBenchmark.main(new String[0]);
        }
        if (wanted.contains("verify")) {
            VerifyBenchmark.main(new String[0]);
        }
        if (wanted.contains("grants")) {
            GrantsBenchmark.main(new String[0]);
        }
        System.out.printf("%nload after %s%n", load());
    }

    private static String load() throws java.io.IOException {
        return Files.readString(Path.of("/proc/loadavg")).strip();
    }
}
