package dev.daypass.audit.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import dev.daypass.audit.verify.Outcome.CouldNotCheck;
import dev.daypass.audit.verify.Outcome.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two readers of docs/record.md say the same of every copy. */
final class CheckerIT {
    private final Path temporary;
    private final SampleCopy.Folder folder;

    CheckerIT(@TempDir Path temporary) throws IOException {
        this.temporary = temporary;
        this.folder = SampleCopy.Folder.in(temporary);
    }

    @Test
    void everyTamperingAtEveryPlaceIsNamedExactlyAndTheIndependentCheckerAgrees() throws Exception {
        var cases = Tampering.all();
        var wrong = new ArrayList<String>();
        try (var checker = Checker.start()) {
            for (var tampered : cases) {
                tampered.copy().write(folder);
                var ours = named(TamperingTest.check(tampered.copy(), folder, tampered.contents()));
                var theirs = checked(checker, tampered.copy(), tampered.contents());
                if (!ours.equals(tampered.expected()) || !theirs.equals(tampered.expected())) {
                    wrong.add(tampered + "\n  expected " + new TreeSet<>(tampered.expected()) + "\n  verifier " + ours
                            + "\n  checker  " + theirs);
                }
            }
        }
        assertEquals(
                List.of(),
                wrong,
                () -> wrong.size() + " of " + cases.size() + "\n"
                        + String.join("\n", wrong.subList(0, Math.min(30, wrong.size()))));
        assertTrue(cases.size() >= 1000, () -> "cases: " + cases.size());
    }

    @Test
    void bothFindNothingInACleanCopyAndBothRefuseWhatCannotBeChecked() throws Exception {
        try (var checker = Checker.start()) {
            var copy = SampleCopy.clean();
            copy.write(folder);
            assertEquals(Set.of(), named(TamperingTest.check(copy, folder, true)));
            assertEquals(Set.of(), checked(checker, copy, true));

            copy.versioned = false;
            copy.write(folder);
            assertEquals(Set.of(), named(TamperingTest.check(copy, folder, true)));
            assertEquals(Set.of(), checked(checker, copy, true));

            copy.versioned = true;
            copy.lines.add(copy.lines.getFirst());
            copy.write(folder);
            assertEquals(Set.of("could not check"), named(TamperingTest.check(copy, folder, true)));
            assertEquals(Set.of("could not check"), checked(checker, copy, true));

            copy.versioned = false;
            copy.withHeads = false;
            copy.files.keySet().removeIf(key -> key.startsWith("seals/"));
            copy.write(folder);
            assertEquals(Set.of("could not check"), named(TamperingTest.check(copy, folder, true)));
            assertEquals(Set.of("could not check"), checked(checker, copy, true));
        }
    }

    private static Set<String> named(Outcome outcome) {
        return switch (outcome) {
            case CouldNotCheck none -> Set.of("could not check");
            case Verdict verdict -> {
                var named = new TreeSet<String>();
                verdict.defects().forEach(d -> named.add(d.code().text() + " " + d.object()));
                yield named;
            }
        };
    }

    private Set<String> checked(Checker checker, SampleCopy copy, boolean contents) throws IOException {
        var keys = Files.writeString(temporary.resolve("keys.pem"), SampleCopy.publicKeys());
        var arguments =
                new ArrayList<>(List.of("--copy", folder.path().toString(), "--public-key", keys.toString(), "--json"));
        if (copy.withHeads) {
            var heads = Files.write(temporary.resolve("heads.ndjson"), copy.headsFile());
            arguments.addAll(List.of("--head", heads.toString()));
        }
        if (contents) {
            arguments.add("--contents");
        }
        String answer = checker.run(arguments);
        if (answer.startsWith("1 could not check: ")) {
            return Set.of("could not check");
        }
        var named = new TreeSet<String>();
        try (var json = new JsonFactory().createParser(answer.substring(2))) {
            String code = "";
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.VALUE_STRING && "code".equals(json.currentName())) {
                    code = json.getText();
                } else if (json.currentToken() == JsonToken.VALUE_STRING && "object".equals(json.currentName())) {
                    named.add(code + " " + json.getText());
                }
            }
        }
        assertEquals(named.isEmpty() ? "0" : "2", answer.substring(0, 1));
        return named;
    }
}
