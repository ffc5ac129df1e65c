package dev.daypass.cli.audit;

import dev.daypass.cli.console.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A copy, as docs/record.md lays it out. Symbolic links in it are passed over: a copy has none. */
final class CopiedRecord implements StoredRecord {
    private final Path folder;

    CopiedRecord(Path folder) throws Failure {
        if (!Files.isDirectory(folder)) {
            throw Failure.couldNot("--copy " + folder + " is not a folder");
        }
        this.folder = folder;
    }

    @Override
    public List<String> folders(String prefix) throws IOException {
        Path below = folder.resolve(prefix);
        if (!Files.isDirectory(below, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(below)) {
            return children.filter(child -> Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS))
                    .map(child -> child.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void objects(String prefix, Visitor visitor) throws Failure, IOException {
        Path start = folder.resolve(prefix.substring(0, prefix.lastIndexOf('/') + 1));
        if (!Files.isDirectory(start, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        var found = new ArrayList<StoredObject>();
        try (Stream<Path> files = Files.walk(start)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String key = folder.relativize(file).toString();
                if (key.startsWith(prefix) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    found.add(new StoredObject(key, "", Files.size(file)));
                }
            }
        }
        for (var object : found) {
            visitor.visit(object);
        }
    }

    @Override
    public InputStream open(StoredObject object) throws IOException {
        return Files.newInputStream(file(object));
    }

    /** Where the object's bytes are. */
    Path file(StoredObject object) {
        return folder.resolve(object.key());
    }

    @Override
    public void close() {
        // holds nothing
    }
}
