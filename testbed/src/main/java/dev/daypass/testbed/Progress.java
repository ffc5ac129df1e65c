package dev.daypass.testbed;

import java.io.PrintStream;

/** Where a peer says, in one line, what it is doing while somebody waits. */
@FunctionalInterface
public interface Progress {
    /** Takes one line, without a line end and without a secret. */
    void say(String line);

    /** Prints each line as it comes. */
    static Progress to(PrintStream out) {
        return out::println;
    }

    /** Says nothing. */
    static Progress silent() {
        return line -> {};
    }
}
