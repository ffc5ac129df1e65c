package dev.daypass.benchmarks;

import dev.daypass.audit.seal.Envelope;
import dev.daypass.audit.seal.LocalSigner;
import dev.daypass.audit.seal.PublicKeys;
import dev.daypass.audit.seal.Seal;
import dev.daypass.audit.seal.Seal.Range;
import dev.daypass.audit.seal.Seal.SealedObject;
import dev.daypass.audit.seal.Seal.Times;
import dev.daypass.audit.seal.Seal.Totals;
import dev.daypass.audit.seal.SealJson;
import dev.daypass.audit.verify.Code;
import dev.daypass.audit.verify.FolderCopy;
import dev.daypass.audit.verify.Options;
import dev.daypass.audit.verify.Outcome.Verdict;
import dev.daypass.audit.verify.Progress;
import dev.daypass.audit.verify.Verifier;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * What checking a copy costs, against {@code sha256sum} over the same files in the same run: both from the page cache, in
 * turn. {@code sha256sum} runs on one core; the verifier is measured on one and on all, the process's start excluded.
 */
public final class VerifyBenchmark {
    private static final Place PLACE = new Place("eu-central-1", "111122223333");
    private static final Instant START = Instant.parse("2026-11-22T00:00:00Z");
    private static final int SEALS = 300;
    private static final int OBJECTS_PER_SEAL = 4;
    private static final int LEAST = 20_000;
    private static final int MOST = 500_000;
    private static final int ROUNDS = 7;

    private VerifyBenchmark() {}

    public static void main(String[] args) throws Exception {
        var folder = Files.createTempDirectory("daypass-verify-benchmark");
        try {
            var key = LocalSigner.generate();
            long bytes = make(folder, key);
            var files = list(folder);
            var keys = PublicKeys.read(key.publicPem());
            var sum = new Figures();
            var one = new Figures();
            var all = new Figures();
            int cores = Runtime.getRuntime().availableProcessors();
            verify(folder, keys, 1);
            sha256sum(files);
            for (int round = 0; round < ROUNDS; round++) {
                sum.add(sha256sum(files));
                one.add(verify(folder, keys, 1));
                all.add(verify(folder, keys, cores));
            }
            System.out.printf(
                    "%nVerify, ms, %d objects and %d seals, %.0f MB, warm:%n",
                    SEALS * OBJECTS_PER_SEAL, SEALS, bytes / 1e6);
            System.out.printf("  sha256sum, one core          %s%n", sum);
            System.out.printf("  verify, one core             %s%n", one);
            System.out.printf("  verify, %d cores              %s%n", cores, all);
            System.out.printf("  speed over sha256sum, one core: %s (aim 0.8)%n", Figures.ratio(sum, one));
            System.out.printf("  speed over sha256sum, %d cores: %s%n", cores, Figures.ratio(sum, all));
        } finally {
            delete(folder);
        }
    }

    private static double verify(Path folder, PublicKeys keys, int threads) throws Exception {
        var options = new Options(Options.DEFAULT.leastRetention(), false, threads);
        long start = System.nanoTime();
        var outcome = new Verifier(FolderCopy.of(folder), keys, Optional.empty(), options).verify(Progress.NONE);
        double millis = (System.nanoTime() - start) / 1e6;
        // The copy has no reconciler, and that is all that may be found in it.
        if (!(outcome instanceof Verdict verdict)
                || verdict.counts().objects() != SEALS * OBJECTS_PER_SEAL
                || verdict.defects().stream().anyMatch(d -> d.code() != Code.RECONCILIATION_SILENCE)) {
            throw new IllegalStateException(String.valueOf(outcome));
        }
        return millis;
    }

    private static double sha256sum(Path files) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("xargs", "sha256sum", "--")
                .redirectInput(files.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        long start = System.nanoTime();
        if (builder.start().waitFor() != 0) {
            throw new IOException("sha256sum failed");
        }
        return (System.nanoTime() - start) / 1e6;
    }

    /** The names of all files of the copy, in a file beside its listing's place. */
    private static Path list(Path folder) throws IOException {
        List<String> names;
        try (var walk = Files.walk(folder)) {
            names = walk.filter(Files::isRegularFile).map(Path::toString).toList();
        }
        var list = Files.createTempFile("daypass-verify-benchmark", ".txt");
        list.toFile().deleteOnExit();
        return Files.write(list, names);
    }

    private static void delete(Path folder) throws IOException {
        List<Path> paths;
        try (var walk = Files.walk(folder)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (var path : paths) {
            Files.delete(path);
        }
    }

    private static long make(Path folder, LocalSigner key) throws IOException {
        var random = new Random(42);
        var previous = Seal.NONE;
        var totals = Totals.ZERO;
        long bytes = 0;
        for (int n = 1; n <= SEALS; n++) {
            var from = START.plusSeconds(60L * (n - 1));
            var objects = new ArrayList<SealedObject>();
            for (int i = 0; i < OBJECTS_PER_SEAL; i++) {
                byte[] content = new byte[LEAST + random.nextInt(MOST - LEAST)];
                random.nextBytes(content); // as incompressible as what Zstandard leaves
                var digest = Sha256.of(content);
                var name = ObjectKey.events(Source.POSTGRESQL, PLACE, from.plusSeconds(i), digest);
                put(folder, name, content);
                objects.add(new SealedObject(
                        name.text(), "v" + n, digest, content.length, 100, 0, 0, Optional.of(new Times(from, from))));
                bytes += content.length;
            }
            objects.sort(Comparator.comparing(SealedObject::key));
            totals = totals.plus(objects);
            var day = ObjectKey.day(Source.POSTGRESQL, PLACE, from);
            var seal = new Seal(
                    Source.POSTGRESQL,
                    PLACE,
                    n,
                    previous,
                    from,
                    from.plusSeconds(60),
                    List.of(new Range(day, day + "~")),
                    objects,
                    totals);
            byte[] signed = Envelope.sign(SealJson.write(seal), key);
            put(folder, ObjectKey.seal(Source.POSTGRESQL, PLACE, n), signed);
            previous = Sha256.of(signed);
            bytes += signed.length;
        }
        return bytes;
    }

    private static void put(Path folder, ObjectKey key, byte[] content) throws IOException {
        var file = folder.resolve(key.text());
        Files.createDirectories(file.resolve("..").normalize());
        Files.write(file, content);
    }
}
