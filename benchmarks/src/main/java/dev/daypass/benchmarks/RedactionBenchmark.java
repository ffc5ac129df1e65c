package dev.daypass.benchmarks;

import dev.daypass.audit.redact.Redaction.Rule;
import dev.daypass.audit.redact.Redactor;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;

/** The redactor against the same rules as regular expressions, over the same log lines in turn; and what it takes wrongly. */
final class RedactionBenchmark {
    private static final int SIZE = 8 << 20;
    private static final int ROUNDS = 9;
    private static final int EVERY = 100;

    private RedactionBenchmark() {}

    /** @param args none */
    public static void main(String[] args) throws Exception {
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        var key = new SecretKeySpec(bytes, "HmacSHA256");
        var redactor = new Redactor(key);
        var regex = new RegexRedactor(key);
        var lines = new RedactionCorpus().logLines(SIZE, EVERY);
        double mega = lines.stream().mapToLong(String::length).sum() / 1e6;

        for (int i = 0; i < 4; i++) {
            ours(redactor, lines);
        }
        theirs(regex, lines);
        var ours = new Figures();
        var theirs = new Figures();
        int found = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = cpu();
            found = ours(redactor, lines);
            ours.add((cpu() - start) / 1e6);
            start = cpu();
            theirs(regex, lines);
            theirs.add((cpu() - start) / 1e6);
        }
        int before = regex.cards();
        theirs(regex, lines);
        System.out.printf(
                "%d log lines, %.1f million characters; card numbers taken: %d, by regex %d%n",
                lines.size(), mega, found, regex.cards() - before);
        System.out.printf("redactor %s ms = %.0f MB/s%n", ours, mega * 1000 / ours.median());
        System.out.printf("regex    %s ms = %.0f MB/s%n", theirs, mega * 1000 / theirs.median());
        System.out.printf("regex / redactor: %s%n", Figures.ratio(theirs, ours));

        System.out.println("\nFalse redactions:");
        double all = 0;
        int wrong = 0;
        for (var corpus : new RedactionCorpus().identifiers(2 << 20).entrySet()) {
            int hits = 0;
            long size = 0;
            for (var line : corpus.getValue()) {
                var redaction = redactor.redact(line);
                hits += redaction.counts().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum();
                size += line.length();
            }
            wrong += hits;
            all += size / 1e6;
            System.out.printf(
                    "  %-18s %5.1f MB %5d = %.2f/MB%n", corpus.getKey(), size / 1e6, hits, hits / (size / 1e6));
        }
        System.out.printf("  %-18s %5.1f MB %5d = %.2f/MB%n", "together", all, wrong, wrong / all);
    }

    /** The thread's own time: other work on the machine is not in it. */
    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static int ours(Redactor redactor, List<String> lines) {
        int found = 0;
        for (var line : lines) {
            found += redactor.redact(line).counts().getOrDefault(Rule.PAN, 0);
        }
        return found;
    }

    private static int theirs(RegexRedactor regex, List<String> lines) {
        int length = 0;
        for (var line : lines) {
            length += regex.redact(line).length();
        }
        return length;
    }
}
