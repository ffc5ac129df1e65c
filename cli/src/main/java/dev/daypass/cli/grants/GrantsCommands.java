package dev.daypass.cli.grants;

import dev.daypass.cli.console.Surroundings;
import picocli.CommandLine;

/** The tree below {@code daypass grants}. */
public final class GrantsCommands {
    private GrantsCommands() {}

    /** @param asked whether the command line goes on below it; if not, its name and description are enough */
    public static CommandLine tree(Surroundings surroundings, boolean asked) {
        var grants = new CommandLine(new GrantsCommand());
        return !asked
                ? grants
                : grants.addSubcommand(new LintCommand(surroundings))
                        .addSubcommand(new PlanCommand(surroundings))
                        .addSubcommand(new ApplyCommand(surroundings))
                        .addSubcommand(new DriftCommand(surroundings))
                        .addSubcommand(new TestCommand(surroundings))
                        .addSubcommand(new WhoCanCommand(surroundings))
                        .addSubcommand(new ExplainCommand(surroundings));
    }
}
