package dev.daypass.vaultpolicies;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.daypass.grants.Cidr;
import dev.daypass.grants.Documents;
import dev.daypass.grants.OwnerStatements;
import dev.daypass.grants.VaultWrite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes what follows from the documents as files, to be reviewed as diffs: laid out like {@code api/}, and the SQL for the
 * databases' owners under {@code <engine>/<database>/}. Without the passwords, which are added at the moment of sending.
 */
public final class Rendering {
    private static final String MARKER = ".daypass-generated";
    private static final String FOR_READING = """
            -- For reading. daypass grants apply makes the views by the types of the live columns, and refuses rules that do not
            -- fit them; this text knows no types, and its views can show more.
            """;
    private static final ObjectWriter PRETTY = new ObjectMapper()
            .writer(new DefaultPrettyPrinter()
                    .withArrayIndenter(new DefaultIndenter("  ", "\n"))
                    .withObjectIndenter(new DefaultIndenter("  ", "\n")));

    private Rendering() {}

    /**
     * Replaces what an earlier run left in the folder.
     *
     * @param out a folder that is empty, not there, or was written by this method
     * @throws UncheckedIOException if the folder holds anything else, or cannot be written
     */
    public static void write(Path out, Documents documents, List<Cidr> broker) {
        try {
            clear(out);
            for (var file : files(documents, broker).entrySet()) {
                var path = out.resolve(file.getKey());
                Files.createDirectories(path.resolveSibling(""));
                Files.writeString(path, file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SortedMap<String, String> files(Documents documents, List<Cidr> broker) throws IOException {
        var files = new TreeMap<String, String>();
        files.put(MARKER, "Written from the documents; changes here are lost.\n");
        for (var write : Plan.generated(documents, broker)) {
            switch (write.body()) {
                case VaultWrite.Policy(String hcl) -> files.put(write.path() + ".hcl", hcl);
                case VaultWrite.Json(var members) ->
                    files.put(write.path() + ".json", PRETTY.writeValueAsString(members) + "\n");
            }
        }
        for (var database : documents.databases().values()) {
            String folder = database.engine().word() + "/" + database.name() + "/";
            var owner = OwnerStatements.of(database);
            files.put(folder + "database.sql", sql(owner.database()));
            for (var grant : documents.grants().values()) {
                if (grant.database().equals(database.name())) {
                    String statements = sql(owner.grant(grant));
                    files.put(
                            folder + "grants/" + grant.name() + ".sql",
                            switch (database.engine()) {
                                case POSTGRESQL -> "BEGIN;\n" + statements + "COMMIT;\n";
                                // Every statement commits there; and without the catalog nobody knows the columns'
                                // types.
                                case MARIADB -> FOR_READING + statements;
                            });
                }
            }
        }
        return files;
    }

    private static String sql(List<String> statements) {
        return String.join(";\n", statements) + ";\n";
    }

    private static void clear(Path out) throws IOException {
        if (Files.notExists(out)) {
            return;
        }
        try (var entries = Files.list(out)) {
            if (entries.findAny().isPresent() && Files.notExists(out.resolve(MARKER))) {
                throw new IOException(
                        out + " holds files that were not written from documents; choose an empty folder");
            }
        }
        try (var walk = Files.walk(out)) {
            for (var path : walk.sorted((a, b) -> b.compareTo(a)).toList()) {
                if (!path.equals(out)) {
                    Files.delete(path);
                }
            }
        }
    }
}
