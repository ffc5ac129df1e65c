package dev.daypass.cli;

import dev.daypass.cli.console.Surroundings;

/** Where the process begins. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(Commands.run(Surroundings.ofThisProcess(), args));
    }
}
