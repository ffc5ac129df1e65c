package dev.daypass.cli;

import dev.daypass.cli.audit.AuditCommands;
import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.cli.demo.DemoCommand;
import dev.daypass.cli.exec.ExecCommand;
import dev.daypass.cli.grants.GrantsCommands;
import dev.daypass.cli.session.RenewCommand;
import dev.daypass.cli.session.RevokeCommand;
import dev.daypass.cli.session.SessionCommand;
import dev.daypass.cli.session.StatusCommand;
import dev.daypass.cli.session.VendCommand;
import dev.daypass.cli.vault.ApplyCommand;
import dev.daypass.cli.vault.VaultCommand;
import java.io.PrintWriter;
import picocli.CommandLine;

/** The tree of commands. A new one is a class in its noun's package and one line here. */
public final class Commands {
    private Commands() {}

    /** Runs one command line; the result is the process's exit code. */
    public static int run(Surroundings surroundings, String... args) {
        var root = tree(surroundings, args);
        root.setOut(new PrintWriter(surroundings.out(), true, surroundings.out().charset()));
        root.setErr(new PrintWriter(surroundings.err(), true, surroundings.err().charset()));
        // An argument such as @name belongs to the command that exec runs; picocli would read a file of that name.
        root.setExpandAtFiles(false);
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setExecutionExceptionHandler((exception, commandLine, parsed) -> {
            if (exception instanceof Failure failure) {
                surroundings.tell(failure.text());
                return exitCode(commandLine, failure);
            }
            throw exception;
        });
        return root.execute(args);
    }

    private static CommandLine tree(Surroundings surroundings, String... args) {
        var exec = new CommandLine(new ExecCommand(surroundings));
        // What stands behind the command's name is the command's own, also without --.
        exec.setStopAtPositional(true);
        return new CommandLine(new DaypassCommand())
                .addSubcommand(new DemoCommand())
                .addSubcommand(exec)
                .addSubcommand(new CommandLine(new SessionCommand())
                        .addSubcommand(new VendCommand(surroundings))
                        .addSubcommand(new StatusCommand(surroundings))
                        .addSubcommand(new RenewCommand(surroundings))
                        .addSubcommand(new RevokeCommand(surroundings)))
                .addSubcommand(new CommandLine(new VaultCommand()).addSubcommand(new ApplyCommand(surroundings)))
                // Made in full only where they are asked for: exec must not wait for them.
                .addSubcommand(GrantsCommands.tree(surroundings, args.length > 0 && args[0].equals("grants")))
                .addSubcommand(AuditCommands.tree(surroundings, args.length > 0 && args[0].equals("audit")));
    }

    /**
     * Within exec the codes 0 to 124 are the child's: what Daypass itself could not do is 125, whatever it was. Where 2 is an
     * outcome, such as a plan with changes, a wrong command line is not 2.
     */
    private static int exitCode(CommandLine commandLine, Failure failure) {
        boolean exec = commandLine.getCommand() instanceof ExecCommand;
        if (!exec && failure.exitCode() == ExitCode.USAGE) {
            return commandLine.getCommandSpec().exitCodeOnInvalidInput();
        }
        return exec && failure.exitCode() < ExitCode.EXEC_FAILED ? ExitCode.EXEC_FAILED : failure.exitCode();
    }
}
