package dev.daypass.cli.local;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the project's own files are: the template, the demo's documents, the functions' archive. */
final class SourceTree {
    private SourceTree() {}

    /** The property {@code daypass.root}, which the launcher and the build set; else the folder above that has the template. */
    static Path root() {
        var told = System.getProperty("daypass.root", "");
        if (!told.isEmpty()) {
            return Path.of(told);
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("iac/daypass.yaml"))) {
                return folder;
            }
        }
        throw new IllegalStateException("not inside a checkout of Daypass: iac/daypass.yaml was not found");
    }

    /** Of the functions that vend and end sessions. */
    static Path archive(Path root) {
        return built(root, "functions/target/daypass-functions.zip");
    }

    /** Of the functions that write the record. */
    static Path forwarderArchive(Path root) {
        return built(root, "audit-forwarder/target/daypass-audit-forwarder.zip");
    }

    private static Path built(Path root, String path) {
        var archive = root.resolve(path);
        if (Files.notExists(archive)) {
            throw new IllegalStateException(path + " is not built: run mvn -DskipTests package first");
        }
        return archive;
    }
}
