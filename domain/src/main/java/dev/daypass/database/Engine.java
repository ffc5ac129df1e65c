package dev.daypass.database;

import java.util.Arrays;
import java.util.Optional;

/** The kind of server that a database document is about. */
public enum Engine {
    POSTGRESQL("postgresql"),
    MARIADB("mariadb");

    private final String word;

    Engine(String word) {
        this.word = word;
    }

    /** As documents, the compiled configuration and answers spell it. */
    public String word() {
        return word;
    }

    public static Optional<Engine> parse(String word) {
        return Arrays.stream(values())
                .filter(engine -> engine.word.equals(word))
                .findFirst();
    }
}
