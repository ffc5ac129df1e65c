package dev.daypass.cli.audit;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** The file of a key below a folder. Anybody who may write to the bucket chooses keys, so not every key is given one. */
final class ObjectFile {
    /** What most file systems take. */
    private static final int MAX_NAME = 255;

    private static final Set<String> TAKEN = Set.of("versions.ndjson", "heads.ndjson");

    private ObjectFile() {}

    /** The file; empty for a key that would leave the folder, hit a file of the copy's own, or that a file system refuses. */
    static Optional<Path> of(Path folder, String key) {
        for (var name : key.split("/", -1)) {
            if (name.isEmpty()
                    || name.startsWith(".")
                    || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME
                    || name.codePoints().anyMatch(c -> c == '\\' || c == ':' || Character.isISOControl(c))) {
                return Optional.empty();
            }
        }
        if (TAKEN.contains(key)) {
            return Optional.empty();
        }
        Path file;
        try {
            file = folder.resolve(key).normalize();
        } catch (java.nio.file.InvalidPathException e) {
            return Optional.empty();
        }
        return file.startsWith(folder.normalize()) ? Optional.of(file) : Optional.empty();
    }
}
