package dev.daypass.cli.audit;

import dev.daypass.cli.console.Surroundings;
import picocli.CommandLine;

/** The tree below {@code daypass audit}. */
public final class AuditCommands {
    private AuditCommands() {}

    /** @param asked whether the command line goes on below it; if not, its name and description are enough */
    public static CommandLine tree(Surroundings surroundings, boolean asked) {
        var audit = new CommandLine(new AuditCommand());
        return !asked
                ? audit
                : audit.addSubcommand(new VerifyCommand(surroundings))
                        .addSubcommand(new TimelineCommand(surroundings))
                        .addSubcommand(new SqlCommand(surroundings))
                        .addSubcommand(new CopyCommand(surroundings))
                        .addSubcommand(new RedriveCommand(surroundings))
                        .addSubcommand(new KeyCommand(surroundings));
    }
}
