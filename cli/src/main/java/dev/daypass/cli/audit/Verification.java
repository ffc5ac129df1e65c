package dev.daypass.cli.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daypass.audit.seal.FormatException;
import dev.daypass.audit.seal.PublicKeys;
import dev.daypass.audit.verify.Evidence;
import dev.daypass.audit.verify.Heads;
import dev.daypass.audit.verify.Options;
import dev.daypass.audit.verify.Outcome.Check;
import dev.daypass.audit.verify.Outcome.CouldNotCheck;
import dev.daypass.audit.verify.Outcome.Verdict;
import dev.daypass.audit.verify.Verifier;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A check of the record, and how its verdicts are told. Apart from the command, so that other commands do not load the verifier. */
final class Verification {
    private final PublicKeys keys;
    private final Optional<Heads> heads;
    private final Options options;

    private Verification(PublicKeys keys, Optional<Heads> heads, Options options) {
        this.keys = keys;
        this.heads = heads;
        this.options = options;
    }

    /** Reads the keys and the heads, which come from elsewhere than the record. */
    static Verification with(Path publicKey, Optional<Path> head, Options options) throws Failure, IOException {
        try {
            var keys = PublicKeys.read(Files.readString(publicKey));
            Optional<Heads> heads =
                    head.isEmpty() ? Optional.empty() : Optional.of(Heads.read(Files.readAllBytes(head.get())));
            return new Verification(keys, heads, options);
        } catch (FormatException e) {
            throw Failure.couldNot("--public-key or --head cannot be used: " + Printable.of(e.reason()));
        }
    }

    /** Checks everything. */
    Verdict run(Evidence evidence, Progress progress) throws Failure {
        try {
            return switch (new Verifier(evidence, keys, heads, options).verify(progress::at)) {
                case Verdict verdict -> {
                    progress.done();
                    yield verdict;
                }
                case CouldNotCheck(String reason) -> throw Failure.couldNot("could not check: " + Printable.of(reason));
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.couldNot("interrupted");
        }
    }

    static String text(Verdict verdict) {
        var text = new StringBuilder();
        verdict.defects().forEach(defect -> text.append(defect).append('\n'));
        var counts = verdict.counts();
        text.append("%d seals, %d objects, %.1f MB, %d records; %d objects wait for their seal%n"
                .formatted(counts.seals(), counts.objects(), counts.bytes() / 1e6, counts.records(), counts.pending()));
        text.append("checked: ").append(names(verdict.checked())).append('\n');
        var unchecked = EnumSet.allOf(Check.class);
        unchecked.removeAll(verdict.checked());
        if (!unchecked.isEmpty()) {
            text.append("NOT checked: ").append(names(unchecked)).append('\n');
        }
        text.append("integrity: ").append(verdict(verdict.integrity().size())).append('\n');
        text.append("completeness: ")
                .append(verdict(verdict.completeness().size()))
                .append('\n');
        return text.toString();
    }

    static String json(Verdict verdict) {
        var json = new ObjectMapper().createObjectNode();
        json.put("integrity", verdict.integrity().isEmpty() ? "good" : "defects");
        json.put("completeness", verdict.completeness().isEmpty() ? "good" : "defects");
        var defects = json.putArray("defects");
        for (var defect : verdict.defects()) {
            defects.addObject()
                    .put("code", defect.code().text())
                    .put("verdict", defect.code().side().name().toLowerCase(Locale.ROOT))
                    .put("object", defect.object())
                    .put("expected", defect.expected())
                    .put("found", defect.found());
        }
        var counts = verdict.counts();
        json.putObject("counts")
                .put("seals", counts.seals())
                .put("objects", counts.objects())
                .put("bytes", counts.bytes())
                .put("records", counts.records())
                .put("pending", counts.pending());
        var checked = json.putArray("checked");
        EnumSet.allOf(Check.class).stream()
                .filter(verdict.checked()::contains)
                .map(Verification::name)
                .forEach(checked::add);
        return TimelineReport.written(json) + "\n";
    }

    private static String verdict(int defects) {
        return switch (defects) {
            case 0 -> "good";
            case 1 -> "1 DEFECT";
            default -> defects + " DEFECTS";
        };
    }

    private static String names(Set<Check> checks) {
        var names = new ArrayList<String>();
        List.of(Check.values()).stream()
                .filter(checks::contains)
                .map(Verification::name)
                .forEach(names::add);
        return String.join(", ", names);
    }

    private static String name(Check check) {
        return check.name().toLowerCase(Locale.ROOT);
    }
}
