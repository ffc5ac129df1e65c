package dev.daypass.cli.exec;

import dev.daypass.cli.api.BearerToken;
import dev.daypass.cli.api.DaypassApi;
import dev.daypass.cli.api.Endpoint;
import dev.daypass.cli.api.Vended;
import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.cli.files.SessionFiles;
import dev.daypass.cli.files.StateFolder;
import dev.daypass.cli.options.EndpointOption;
import dev.daypass.cli.options.GrantOptions;
import dev.daypass.cli.options.TokenOptions;
import dev.daypass.database.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a command with a session of its own, and ends the session with it. */
@Command(
        name = "exec",
        description = {
            "Run a command that reaches the database with a session of its own, and end the session when the command ends,"
                    + " however it does.",
            "For PostgreSQL the command finds the connection as libpq does: PGSERVICE, PGSERVICEFILE, PGPASSFILE, PGHOST,"
                    + " PGPORT, PGUSER, PGDATABASE, PGSSLMODE. For MariaDB it finds an option file: MYSQL_HOME, and its"
                    + " path in DAYPASS_OPTION_FILE. The password is in the private file only."
        },
        exitCodeOnInvalidInput = ExitCode.EXEC_FAILED,
        footer = {
            "",
            "Exit codes: the command's own, 128 and the signal's number if it died of one; 125 if Daypass itself failed (also"
                    + " when the command succeeded and its session could not be ended), 126 if the command cannot be run,"
                    + " 127 if it was not found."
        })
public final class ExecCommand implements Callable<Integer> {
    /** They outweigh or fill up what is in the private files, and would lead the command elsewhere. */
    private static final List<String> MISLEADING = List.of(
            "PGPASSWORD",
            "PGHOSTADDR",
            "PGREQUIRESSL",
            "MARIADB_HOME",
            "MYSQL_GROUP_SUFFIX",
            "MYSQL_HOST",
            "MYSQL_PWD",
            "MYSQL_TCP_PORT",
            "MYSQL_UNIX_PORT");

    private final Surroundings surroundings;

    @Mixin
    private final EndpointOption endpoint = new EndpointOption();

    @Mixin
    private final TokenOptions token = new TokenOptions();

    @Mixin
    private final GrantOptions grant = new GrantOptions();

    @Option(
            names = "--renew",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Renew the lease while the command lives, up to the window (default), or let it end.")
    private boolean renew = true;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The command and its arguments, behind --.")
    private List<String> command = List.of();

    public ExecCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Failure {
        var program = Program.find(command, surroundings);
        var folder = StateFolder.of(surroundings);
        Endpoint address = endpoint.required(surroundings);
        BearerToken bearer = token.required(surroundings);
        // From here on no signal ends this process by itself: the answer with a live session may be on its way.
        try (var signals = Signals.hold();
                var api = new DaypassApi(address)) {
            Vended vended = api.vend(bearer, grant.request(Optional.empty()));
            var live = new LiveSession(api, vended, surroundings);
            int code;
            boolean ended;
            try {
                code = run(program, folder, api, vended, live, signals);
            } finally {
                ended = live.end();
            }
            return code == ExitCode.OK && !ended ? ExitCode.EXEC_FAILED : code;
        }
    }

    private int run(
            Program program, StateFolder folder, DaypassApi api, Vended vended, LiveSession live, Signals signals)
            throws Failure {
        SessionFiles files = folder.create(vended.session());
        live.has(files);
        files.writeHandle(vended.handle(), api.endpoint());
        files.writeConnection(vended);
        var stopped = signals.exitCode();
        if (stopped.isPresent()) {
            return stopped.getAsInt();
        }
        tellOfOptionFile(vended);
        Process process = start(program, files.variables(vended));
        live.isUsedBy(process);
        signals.passOnTo(process);
        var renewal = Renewal.start(
                api, vended, grant.ttl(), renew ? Renewal.Wish.RENEW : Renewal.Wish.LET_IT_END, surroundings);
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroy();
            throw Failure.couldNot("interrupted while the command ran.");
        } finally {
            signals.childEnded();
            renewal.stop();
        }
    }

    /** MariaDB's clients read it after MYSQL_HOME's, and what is read last holds ("Option File Locations"). */
    private void tellOfOptionFile(Vended vended) {
        var file = surroundings.variable("HOME").map(home -> Path.of(home, ".my.cnf"));
        if (vended.place().engine() == Engine.MARIADB
                && file.filter(Files::exists).isPresent()) {
            surroundings.tell(
                    "~/.my.cnf outweighs the session's option file: a user or a host in it is used instead. Run the"
                            + " client with --defaults-file=\"$DAYPASS_OPTION_FILE\", or without that file.");
        }
    }

    private static Process start(Program program, Map<String, String> variables) throws Failure {
        var builder = new ProcessBuilder(program.words()).inheritIO();
        builder.environment().keySet().removeAll(MISLEADING);
        builder.environment().putAll(variables);
        try {
            return builder.start();
        } catch (IOException e) {
            throw Failure.command(
                    ExitCode.CANNOT_RUN,
                    program.words().getFirst()
                            + " cannot be run: the operating system refused it. Is it a program of this"
                            + " machine, or a script whose first line names one?");
        }
    }
}
