package dev.daypass.cli.exec;

import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import dev.daypass.cli.console.Surroundings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The command that is to run, found before a session is asked for: none is minted for a name that was misspelt. */
record Program(List<String> words) {
    Program {
        words = List.copyOf(words);
    }

    /** As a shell looks: along PATH unless the name has a slash. POSIX.1-2024, Shell Command Language, 2.9.1.4. */
    static Program find(List<String> words, Surroundings surroundings) throws Failure {
        String name = words.getFirst();
        boolean there = false;
        for (Path file : places(name, surroundings)) {
            if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                return new Program(words);
            }
            there |= Files.exists(file);
        }
        String shown = Printable.of(name);
        throw there
                ? Failure.command(ExitCode.CANNOT_RUN, shown + " is there and cannot be run: it is not executable.")
                : Failure.command(ExitCode.NOT_FOUND, shown + " was not found. No session was asked for.");
    }

    private static List<Path> places(String name, Surroundings surroundings) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            return List.of();
        }
        if (name.indexOf('/') >= 0) {
            return List.of(Path.of(name));
        }
        // An empty element of PATH is the working directory (POSIX.1-2024, Base Definitions, 8.3).
        return Arrays.stream(
                        surroundings.variable("PATH").orElse("/usr/bin:/bin").split(":", -1))
                .map(folder -> Path.of(folder.isEmpty() ? "." : folder).resolve(name))
                .toList();
    }
}
