package dev.daypass.grants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The documents of the demo, with values for their variables. */
final class DemoDocuments {
    static final Path FOLDER = Path.of("demo");
    static final Map<String, String> VARIABLES = Map.of(
            "devIssuer", "http://127.0.0.1:4000",
            "devJwksUri", "http://127.0.0.1:4000/jwks",
            "ordersHost", "127.0.0.1",
            "ordersPort", "5432",
            "ordersDatabase", "orders");

    private DemoDocuments() {}

    /** A copy that a test may change. */
    static void copyTo(Path folder) throws IOException {
        try (var files = Files.walk(FOLDER)) {
            for (var file : files.toList()) {
                var to = folder.resolve(FOLDER.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
    }

    static Documents read() {
        return Documents.read(FOLDER, VARIABLES);
    }
}
