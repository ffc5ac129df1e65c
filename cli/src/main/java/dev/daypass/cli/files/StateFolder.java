package dev.daypass.cli.files;

import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.session.SessionId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where sessions' private files are: {@code $XDG_RUNTIME_DIR/daypass} (in memory, gone at logout), or
 * {@code $XDG_STATE_HOME/daypass}, by default {@code ~/.local/state/daypass}. A session is looked for in all of them,
 * since a later login may have another environment.
 */
public final class StateFolder {
    private final List<Path> candidates;

    private StateFolder(List<Path> candidates) {
        this.candidates = List.copyOf(candidates);
    }

    public static StateFolder of(Surroundings surroundings) throws Failure {
        var candidates = new ArrayList<Path>();
        surroundings
                .variable("XDG_RUNTIME_DIR")
                .map(Path::of)
                .filter(path -> path.isAbsolute() && Files.isDirectory(path))
                .ifPresent(path -> candidates.add(path.resolve("daypass")));
        surroundings
                .variable("XDG_STATE_HOME")
                .map(Path::of)
                .filter(Path::isAbsolute)
                .or(() -> surroundings.variable("HOME").map(home -> Path.of(home, ".local", "state")))
                .ifPresent(path -> candidates.add(path.resolve("daypass")));
        if (candidates.isEmpty()) {
            throw Failure.couldNot("there is no place for private files: set HOME, or XDG_RUNTIME_DIR to a folder.");
        }
        return new StateFolder(candidates);
    }

    /** A new folder for a session, mode 0700. */
    public SessionFiles create(SessionId session) throws Failure {
        Path folder = candidates.getFirst();
        try {
            Path parent = folder.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Path sessions = folder.resolve("sessions");
            makePrivate(folder);
            makePrivate(sessions);
            Path own = sessions.resolve(session.text());
            makePrivate(own);
            return new SessionFiles(own);
        } catch (IOException e) {
            throw Failure.couldNot(folder + " cannot be used for private files ("
                    + e.getClass().getSimpleName() + "). Set XDG_RUNTIME_DIR or XDG_STATE_HOME to another place.");
        }
    }

    /** The folder of a session that this user vended here, if it is still there. */
    public Optional<SessionFiles> find(SessionId session) {
        return candidates.stream()
                .map(folder -> folder.resolve("sessions").resolve(session.text()))
                .filter(Files::isDirectory)
                .findFirst()
                .map(SessionFiles::new);
    }

    private static void makePrivate(Path folder) throws IOException, Failure {
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            var found = Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    || !PosixFilePermissions.toString(found).endsWith("------")) {
                throw Failure.couldNot(folder + " is not a folder of yours alone: chmod 700 it, or remove it.");
            }
        }
    }
}
