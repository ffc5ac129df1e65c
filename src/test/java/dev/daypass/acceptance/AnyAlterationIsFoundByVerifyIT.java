package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daypass.cli.local.LocalDaypass;
import dev.daypass.cli.local.LocalRecord.Copy;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** On the record of real peers. That each kind of tampering in each place is found is the vectors' part: {@code TamperingTest}. */
@ExtendWith(RunningRecord.class)
@DisplayName("10. Any alteration, removal, forged insertion, cut tail or silence is found by verify")
class AnyAlterationIsFoundByVerifyIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LocalDaypass daypass;

    @TempDir
    private Path folder;

    AnyAlterationIsFoundByVerifyIT(LocalDaypass daypass) {
        this.daypass = daypass;
    }

    @Test
    void aCleanRecordHasNoDefectAndEachTamperingIsNamed() throws Exception {
        for (int i = 0; i < 2; i++) {
            Recorded.session(daypass, sql -> sql.executeQuery("SELECT count(*) FROM orders"));
            daypass.record().sealNow();
        }
        var recorded = daypass.record().awaitRecorded(Recorded.LIMIT);
        daypass.record().sealNow();
        daypass.record().reconcile(recorded);
        daypass.record().sealNow();
        var clean = daypass.record().auditor().copy(folder.resolve("clean"));

        assertEquals(List.of(), integrity(clean), "a clean record");
        var missed = new ArrayList<String>();
        for (var tampering : tamperings()) {
            var copy = copied(clean);
            String object = tampering.how().apply(copy);
            var found = integrity(copy);
            if (found.stream().noneMatch(defect -> defect.equals(tampering.code() + " " + object))) {
                missed.add(tampering + " of " + object + " gives " + found);
            }
        }
        assertEquals(List.of(), missed);
    }

    @Test
    void aSealerThatFellSilentIsFound() throws Exception {
        Recorded.session(daypass, sql -> sql.executeQuery("SELECT 1"));
        daypass.record().sealNow();
        var copy = copied(daypass.record().auditor().copy(folder.resolve("silent")));
        // the same copy, as if it had been taken an hour later
        var versions = copy.folder().resolve("versions.ndjson");
        var lines = new ArrayList<>(Files.readAllLines(versions));
        lines.set(0, lines.getFirst().replaceAll("T(\\d\\d):", "T23:").replaceAll("2026-", "2027-"));
        Files.write(versions, lines);

        var verdict = verified(copy);
        assertTrue(
                codes(verdict, "completeness").stream().anyMatch(defect -> defect.startsWith("silence ")),
                verdict.toString());
    }

    @Test
    void aCopyWithoutAKeyOrWithoutSealsIsNeverCalledGood() throws Exception {
        var empty = Files.createDirectories(folder.resolve("empty"));
        var key = folder.resolve("key.pem");
        var made = daypass.record()
                .auditor()
                .run("key", "--key-id", daypass.stack().sealKeyArn());
        Files.writeString(key, made.out());
        var run = daypass.record().auditor().run("verify", "--copy", empty.toString(), "--public-key", key.toString());

        assertEquals(1, run.code(), run.out() + run.err());
    }

    /** Does something to a copy and returns the object that it did it to. */
    @FunctionalInterface
    private interface How {
        String apply(Copy copy) throws IOException;
    }

    private record Tampering(String name, String code, How how) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Tampering> tamperings() {
        return List.of(
                new Tampering("a byte altered in an event object", "object_altered", copy -> flip(copy, "events/", 20)),
                new Tampering("a byte altered in an intent", "object_altered", copy -> flip(copy, "intents/", 5)),
                new Tampering("a byte altered in an ending", "object_altered", copy -> flip(copy, "endings/", 5)),
                new Tampering("a byte appended", "object_altered", copy -> {
                    String key = first(copy, "events/");
                    Files.write(copy.folder().resolve(key), new byte[] {0}, StandardOpenOption.APPEND);
                    return key;
                }),
                new Tampering("an event object removed", "object_missing", copy -> remove(copy, "events/")),
                new Tampering("an intent removed", "object_missing", copy -> remove(copy, "intents/")),
                new Tampering("an object inserted into the past", "object_extra", copy -> {
                    String key = first(copy, "events/");
                    String forged = key.substring(0, key.length() - 15) + "000.ndjson.zst";
                    Files.copy(copy.folder().resolve(key), copy.folder().resolve(forged));
                    String line = line(copy, key);
                    Files.writeString(
                            copy.folder().resolve("versions.ndjson"),
                            line.replace(key, forged) + "\n",
                            StandardOpenOption.APPEND);
                    return forged;
                }),
                new Tampering("a second version", "versions_many", copy -> {
                    String key = first(copy, "endings/");
                    Files.writeString(
                            copy.folder().resolve("versions.ndjson"),
                            line(copy, key).replace("\"versionId\":\"", "\"versionId\":\"other-") + "\n",
                            StandardOpenOption.APPEND);
                    return key;
                }),
                new Tampering("a lock taken away", "lock_missing", copy -> {
                    String key = first(copy, "events/");
                    String line = line(copy, key);
                    replace(copy, line, line.replace("COMPLIANCE", "GOVERNANCE"));
                    return key;
                }),
                new Tampering("a seal removed", "seal_gap", copy -> removeFile(copy, "seals/source=postgresql", 0)),
                new Tampering("a seal altered", "seal_unreadable", copy -> flip(copy, "seals/source=vault-audit", 3)),
                new Tampering("the tail cut off", "tail_cut", copy -> {
                    var seals = keys(copy, "seals/source=postgresql");
                    String last = seals.getLast();
                    Files.delete(copy.folder().resolve(last));
                    replace(copy, line(copy, last) + "\n", "");
                    return last;
                }));
    }

    private static String flip(Copy copy, String prefix, int at) throws IOException {
        String key = first(copy, prefix);
        var file = copy.folder().resolve(key);
        byte[] bytes = Files.readAllBytes(file);
        bytes[Math.min(at, bytes.length - 1)] ^= 1;
        Files.write(file, bytes);
        return key;
    }

    private static String remove(Copy copy, String prefix) throws IOException {
        String key = first(copy, prefix);
        Files.delete(copy.folder().resolve(key));
        replace(copy, line(copy, key) + "\n", "");
        return key;
    }

    private static String removeFile(Copy copy, String prefix, int index) throws IOException {
        String key = keys(copy, prefix).get(index);
        Files.delete(copy.folder().resolve(key));
        replace(copy, line(copy, key) + "\n", "");
        return key;
    }

    private static String line(Copy copy, String key) throws IOException {
        return Files.readAllLines(copy.folder().resolve("versions.ndjson")).stream()
                .filter(line -> line.contains("\"key\":\"" + key + "\""))
                .findFirst()
                .orElseThrow(() -> new IOException("versions.ndjson does not name " + key));
    }

    private static void replace(Copy copy, String text, String other) throws IOException {
        var versions = copy.folder().resolve("versions.ndjson");
        Files.writeString(versions, Files.readString(versions).replace(text, other));
    }

    private static String first(Copy copy, String prefix) throws IOException {
        return keys(copy, prefix).getFirst();
    }

    private static List<String> keys(Copy copy, String prefix) throws IOException {
        var keys = new TreeSet<String>();
        try (Stream<Path> files = Files.walk(copy.folder())) {
            files.filter(Files::isRegularFile)
                    .map(file -> copy.folder().relativize(file).toString())
                    .filter(key -> key.startsWith(prefix))
                    .forEach(keys::add);
        }
        return List.copyOf(keys);
    }

    private List<String> integrity(Copy copy) throws Exception {
        return codes(verified(copy), "integrity");
    }

    private JsonNode verified(Copy copy) throws Exception {
        var run = daypass.record().auditor().verify(copy, "--json", "--contents");
        assertTrue(run.code() == 0 || run.code() == 2, run.out() + run.err());
        return JSON.readTree(run.out());
    }

    private static List<String> codes(JsonNode verdict, String side) {
        var codes = new ArrayList<String>();
        for (var defect : verdict.path("defects")) {
            if (defect.path("verdict").asText().equals(side)) {
                codes.add(defect.path("code").asText() + " "
                        + defect.path("object").asText());
            }
        }
        return codes;
    }

    private Copy copied(Copy copy) throws IOException {
        var to = Files.createTempDirectory(folder, "tampered");
        Files.walkFileTree(copy.folder(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                var target = to.resolve(copy.folder().relativize(file).toString());
                Files.createDirectories(java.util.Objects.requireNonNull(target.getParent()));
                Files.copy(file, target);
                return FileVisitResult.CONTINUE;
            }
        });
        return new Copy(to, copy.publicKey(), copy.heads());
    }
}
