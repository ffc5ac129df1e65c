package dev.daypass.cli.demo;

import dev.daypass.cli.local.LocalDaypass;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code daypass demo}. */
@Command(
        name = "demo",
        description = {
            "Starts real peers on this machine and walks through one session with the real requests and answers.",
            "Exits with 1 if any step is not what it should be."
        })
public final class DemoCommand implements Callable<Integer> {
    @Option(names = "--keep", description = "Leave everything running afterwards, and print what to try.")
    private boolean keep;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (var daypass = LocalDaypass.startWithRecord(message -> say(out, "  · " + message))) {
            var walk = new Walkthrough(daypass, out);
            boolean good = walk.run();
            if (keep && good) {
                walk.printWhatToTry();
                // Ctrl-C ends the process; the shutdown hook of the peers' reaper stops them.
                new CountDownLatch(1).await();
            }
            say(out, good ? "\nEvery step was what it should be." : "\nSOME STEP WAS NOT WHAT IT SHOULD BE.");
            return good ? 0 : 1;
        }
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
