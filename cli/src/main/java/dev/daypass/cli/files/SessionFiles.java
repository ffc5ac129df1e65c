package dev.daypass.cli.files;

import dev.daypass.cli.api.Endpoint;
import dev.daypass.cli.api.Vended;
import dev.daypass.cli.console.Failure;
import dev.daypass.session.Handle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One session's folder (0700) and its files (0600): the handle and the endpoint it belongs to, and, while the session
 * is to be used, what a client of its engine reads: libpq's password and service files, or MariaDB's option file.
 */
public final class SessionFiles {
    /** The section of the service file, and the value of PGSERVICE. */
    public static final String SERVICE = "daypass";

    /** The variable with the path of MariaDB's option file, for {@code --defaults-file}. */
    public static final String OPTION_FILE_VARIABLE = "DAYPASS_OPTION_FILE";

    private final Path folder;

    SessionFiles(Path folder) {
        this.folder = folder;
    }

    public Path passwordFile() {
        return folder.resolve("pgpass");
    }

    public Path serviceFile() {
        return folder.resolve("pg_service.conf");
    }

    /** By this name MariaDB's clients find it in the folder that MYSQL_HOME names. */
    public Path optionFile() {
        return folder.resolve("my.cnf");
    }

    public Path handleFile() {
        return folder.resolve("handle");
    }

    /** Keeps what is needed to see, renew and end the session. */
    public void writeHandle(Handle handle, Endpoint endpoint) throws Failure {
        write(handleFile(), handle.reveal() + "\n");
        write(endpointFile(), endpoint + "\n");
    }

    /** Writes what a client of the session's engine reads. */
    public void writeConnection(Vended vended) throws Failure {
        switch (vended.place().engine()) {
            case POSTGRESQL -> {
                write(passwordFile(), LibpqText.passwordLine(vended));
                write(serviceFile(), LibpqText.service(SERVICE, vended.user(), vended.place()));
            }
            case MARIADB -> write(optionFile(), OptionFileText.of(vended));
        }
    }

    /** The variables by which a client of the session's engine finds the connection; none of them is secret. */
    public Map<String, String> variables(Vended vended) {
        return switch (vended.place().engine()) {
            case POSTGRESQL -> libpqVariables(vended);
            case MARIADB ->
                Map.of(
                        "MYSQL_HOME",
                        folder.toString(),
                        OPTION_FILE_VARIABLE,
                        optionFile().toString());
        };
    }

    private Map<String, String> libpqVariables(Vended vended) {
        var place = vended.place();
        var variables = new LinkedHashMap<String, String>();
        variables.put("PGPASSFILE", passwordFile().toString());
        variables.put("PGSERVICEFILE", serviceFile().toString());
        variables.put("PGSERVICE", SERVICE);
        variables.put("PGHOST", place.host());
        variables.put("PGPORT", Integer.toString(place.port()));
        variables.put("PGUSER", vended.user().name());
        variables.put("PGDATABASE", place.database());
        variables.put("PGSSLMODE", place.sslmode());
        return variables;
    }

    /** The handle that was kept; empty when there is none or it is not one. */
    public Optional<Handle> handle() {
        return readHandle(handleFile());
    }

    /** The endpoint that gave the handle. */
    public Optional<Endpoint> endpoint() {
        try {
            return Endpoint.parse(Files.readString(endpointFile()).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A handle in a file of the person's choice. */
    public static Optional<Handle> readHandle(Path file) {
        try {
            return Handle.parse(Files.readString(file).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Writes a handle to a new file, mode 0600; one that is there already is not touched. */
    public static void writeHandle(Handle handle, Path file) throws Failure {
        write(file, handle.reveal() + "\n");
    }

    /** The password is gone; the handle stays, for a session whose end is not verified yet. */
    public void deleteConnection() throws Failure {
        delete(Set.of(passwordFile(), serviceFile(), optionFile()));
    }

    /** Nothing stays. */
    public void deleteAll() throws Failure {
        deleteConnection();
        delete(Set.of(handleFile(), endpointFile()));
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw Failure.couldNot(folder + " cannot be deleted: delete it yourself.");
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }

    private Path endpointFile() {
        return folder.resolve("endpoint");
    }

    private static void delete(Set<Path> files) throws Failure {
        for (var file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw Failure.couldNot(file + " cannot be deleted: delete it yourself.");
            }
        }
    }

    /** The mode is given with the creation, so that there is no moment at which others could open the file. */
    private static void write(Path file, String text) throws Failure {
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (var out =
                Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw Failure.couldNot(file + " cannot be written (" + e.getClass().getSimpleName() + ").");
        }
    }
}
