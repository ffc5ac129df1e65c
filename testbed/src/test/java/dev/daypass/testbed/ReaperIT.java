package dev.daypass.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReaperIT {
    /** One child in the group, one that has left it for a session of its own, as PostgreSQL's backends do. */
    private static final String FAMILY =
            "sleep 1000 & echo $! > near; perl -e 'use POSIX; setsid(); exec qw(sleep 1000)' & echo $! > far; wait";

    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin");

    @TempDir
    private Path temporary;

    @Test
    void closeEndsTheWholeFamilyAndRemovesTheDirectory() throws Exception {
        Family family;
        try (var reaper = Reaper.open()) {
            family = Family.start(reaper);
            family.assertAlive();
        }
        family.assertGone();
    }

    @Test
    void whoIgnoresTheRequestIsKilled() throws Exception {
        try (var reaper = Reaper.open()) {
            var stubborn = reaper.start(
                    "stubborn",
                    List.of("/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done"),
                    ENVIRONMENT,
                    temporary,
                    temporary.resolve("log"));
            Eventually.holds(Duration.ofSeconds(5), () -> stubborn.lastWords().equals("ready"));
            stubborn.stop(Duration.ofSeconds(1));
            assertFalse(stubborn.isAlive());
            assertEquals(128 + 9, stubborn.exitCode().orElseThrow());
        }
    }

    @Test
    void nothingOfOurEnvironmentIsInherited() throws Exception {
        try (var reaper = Reaper.open()) {
            var log = temporary.resolve("log");
            var printer = reaper.start("printer", List.of("/usr/bin/env"), Map.of("ONLY", "this"), temporary, log);
            Eventually.holds(Duration.ofSeconds(5), () -> !printer.isAlive());
            // What a shell sets for itself is not ours.
            var own = Pattern.compile("(PWD|OLDPWD|SHLVL|_)=.*");
            assertEquals(
                    List.of("ONLY=this"),
                    Files.readAllLines(log).stream()
                            .filter(line -> !own.matcher(line).matches())
                            .toList());
        }
    }

    @Test
    void aMissingProgramSaysSoInTheLog() throws Exception {
        try (var reaper = Reaper.open()) {
            var missing = reaper.start(
                    "missing", List.of("/no/such/program"), ENVIRONMENT, temporary, temporary.resolve("log"));
            Eventually.holds(Duration.ofSeconds(5), () -> !missing.isAlive());
            assertEquals(127, missing.exitCode().orElseThrow());
            assertTrue(missing.lastWords().contains("/no/such/program"), missing.lastWords());
        }
    }

    @Test
    void aClosedReaperStartsNothing() throws Exception {
        var reaper = Reaper.open();
        reaper.close();
        assertThrows(
                IllegalStateException.class,
                () -> reaper.start("late", List.of("/bin/true"), ENVIRONMENT, temporary, temporary.resolve("log")));
    }

    @Test
    void anOrderlyEndOfTheJvmLeavesNothing() throws Exception {
        // TERM stands for Ctrl-C: both run the shutdown hooks.
        endOfChildJvmLeavesNothing(ProcessHandle::destroy);
    }

    @Test
    void killMinusNineOfTheJvmLeavesNothing() throws Exception {
        endOfChildJvmLeavesNothing(ProcessHandle::destroyForcibly);
    }

    private void endOfChildJvmLeavesNothing(java.util.function.Consumer<ProcessHandle> end) throws Exception {
        var child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChildJvm.class.getName())
                .redirectError(temporary.resolve("child.err").toFile())
                .start();
        try (var said = new BufferedReader(child.inputReader(StandardCharsets.UTF_8))) {
            var directory = Path.of(said.readLine());
            var family = Family.in(directory, Long.parseLong(said.readLine()));
            family.assertAlive();
            end.accept(child.toHandle());
            assertTrue(child.waitFor(20, TimeUnit.SECONDS));
            family.assertGone();
        } finally {
            child.destroyForcibly();
        }
    }

    /** Starts a family and waits to be ended. */
    static final class ChildJvm {
        private ChildJvm() {}

        public static void main(String[] arguments) throws Exception {
            var reaper = Reaper.open();
            var family = Family.start(reaper);
            System.out.println(family.directory);
            System.out.println(family.leader);
            Thread.sleep(Duration.ofMinutes(2));
        }
    }

    private record Family(Path directory, long leader, long near, long far) {
        static Family start(Reaper reaper) throws IOException, InterruptedException {
            var directory = reaper.directory("family");
            var leader = reaper.start(
                    "family", List.of("/bin/sh", "-c", FAMILY), ENVIRONMENT, directory, directory.resolve("log"));
            return in(directory, leader.pid());
        }

        static Family in(Path directory, long leader) throws IOException, InterruptedException {
            return new Family(directory, leader, pid(directory.resolve("near")), pid(directory.resolve("far")));
        }

        private static long pid(Path file) throws IOException, InterruptedException {
            Eventually.holds(
                    Duration.ofSeconds(5),
                    () -> Files.exists(file) && Files.readString(file).endsWith("\n"));
            return Long.parseLong(Files.readString(file).strip());
        }

        void assertAlive() {
            for (long pid : new long[] {leader, near, far}) {
                assertTrue(ProcessHandle.of(pid).isPresent(), () -> pid + " of " + this + " should run");
            }
        }

        void assertGone() throws InterruptedException {
            Eventually.holds(
                    Duration.ofSeconds(10),
                    () -> ProcessHandle.of(leader).isEmpty()
                            && ProcessHandle.of(near).isEmpty()
                            && ProcessHandle.of(far).isEmpty()
                            && Files.notExists(directory));
        }
    }
}
