package dev.daypass.audit.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.audit.seal.FormatException;
import dev.daypass.audit.seal.PublicKeys;
import dev.daypass.audit.verify.Outcome.Check;
import dev.daypass.audit.verify.Outcome.CouldNotCheck;
import dev.daypass.audit.verify.Outcome.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TamperingTest {
    private final SampleCopy.Folder folder;

    TamperingTest(@TempDir Path temporary) throws IOException {
        folder = SampleCopy.Folder.in(temporary);
    }

    @Test
    void everyKindOfTamperingIsNamedExactlyAndNothingElseIs() throws Exception {
        var cases = Tampering.onePlaceEach(); // CheckerIT goes through all places.
        var wrong = new ArrayList<String>();
        for (int i = 0; i < cases.size(); i++) {
            var tampered = cases.get(i);
            var found = verdict(tampered.copy(), tampered.contents()).defects();
            var named = found.stream()
                    .map(d -> d.code().text() + " " + d.object())
                    .collect(Collectors.toCollection(TreeSet::new));
            if (!named.equals(new TreeSet<>(tampered.expected()))) {
                wrong.add(tampered + "\n  expected " + new TreeSet<>(tampered.expected()) + "\n  found    " + found);
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(cases.size() >= 30, () -> "kinds: " + cases.size());
    }

    @Test
    void cleanCopyHasNoDefectAndEverythingIsCounted() throws Exception {
        var verdict = verdict(SampleCopy.clean(), true);
        assertEquals(List.of(), verdict.defects());
        assertEquals(0, verdict.exitCode());
        assertEquals(EnumSet.allOf(Check.class), EnumSet.copyOf(verdict.checked()));
        var counts = verdict.counts();
        assertEquals(7 * SampleCopy.MINUTES, counts.seals());
        // two event sources with 23 objects of 3 records; intents, endings and configurations with 11, runs with 12 of
        // one
        assertEquals(2 * 23 + 3 * 11 + 12, counts.objects());
        assertEquals(2 * 23 * 3 + 3 * 11 + 12, counts.records());
        assertEquals(4, counts.pending());
    }

    @Test
    void headThatIsOlderThanTheNewestSealIsNoDefect() throws Exception {
        var copy = SampleCopy.clean();
        for (var heads : copy.heads.values()) {
            long newest = heads.lastKey();
            heads.remove(newest);
        }
        copy.heads.values().removeIf(Map::isEmpty);
        assertEquals(List.of(), verdict(copy, false).defects());
    }

    @Test
    void plainDownloadIsCheckedAsFarAsItGoes() throws Exception {
        var copy = SampleCopy.clean();
        copy.versioned = false;
        var verdict = verdict(copy, false);
        assertEquals(List.of(), verdict.defects());
        assertEquals(EnumSet.of(Check.SEALS, Check.OBJECTS, Check.HEADS), EnumSet.copyOf(verdict.checked()));
    }

    @Test
    void copyWithoutSealsOrHeadsCouldNotBeChecked() throws Exception {
        var copy = SampleCopy.clean();
        copy.withHeads = false;
        copy.files.keySet().removeIf(key -> key.startsWith("seals/"));
        copy.lines.removeIf(line -> line.key().startsWith("seals/"));
        assertEquals(new CouldNotCheck("there is no seal"), outcome(copy, false));
        assertEquals(1, outcome(copy, false).exitCode());
    }

    @Test
    void listingWithAVersionTwiceCouldNotBeChecked() throws Exception {
        var copy = SampleCopy.clean();
        copy.lines.add(copy.lines.getFirst());
        assertEquals(
                new CouldNotCheck("versions.ndjson, line " + (copy.lines.size() + 1) + ": a version is listed twice"),
                outcome(copy, false));
    }

    @Test
    void listingWithALineThatIsNoneCouldNotBeChecked() throws Exception {
        var copy = SampleCopy.clean();
        copy.write(folder);
        Files.writeString(folder.path().resolve(FolderCopy.VERSIONS), "{\"key\":\n", StandardOpenOption.APPEND);
        assertEquals(
                new CouldNotCheck("versions.ndjson, line " + (copy.lines.size() + 2) + ": not JSON"),
                check(copy, folder, false));
    }

    private Verdict verdict(SampleCopy copy, boolean contents) throws Exception {
        return assertInstanceOf(Verdict.class, outcome(copy, contents));
    }

    private Outcome outcome(SampleCopy copy, boolean contents) throws Exception {
        copy.write(folder);
        return check(copy, folder, contents);
    }

    static Outcome check(SampleCopy copy, SampleCopy.Folder folder, boolean contents)
            throws IOException, FormatException, InterruptedException {
        var heads = copy.withHeads ? Optional.of(Heads.read(copy.headsFile())) : Optional.<Heads>empty();
        var options = contents ? Options.DEFAULT.withContents() : Options.DEFAULT;
        return new Verifier(FolderCopy.of(folder.path()), PublicKeys.read(SampleCopy.publicKeys()), heads, options)
                .verify(Progress.NONE);
    }
}
