package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.cli.local.LocalDaypass;
import dev.daypass.session.SessionUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(RunningDaypass.class)
@DisplayName("daypass exec gives psql a login of its own, and nothing of it is left when psql has ended")
class ExecGivesAChildASessionOfItsOwnIT {
    private static final Path JAR = Path.of(System.getProperty("daypass.root", "."), "cli/target/daypass.jar");

    private final LocalDaypass daypass;

    @TempDir
    private Path folder;

    ExecGivesAChildASessionOfItsOwnIT(LocalDaypass daypass) {
        this.daypass = daypass;
    }

    @Test
    void psqlRunsAsTheSessionUserWhoIsGoneAfterwards() throws Exception {
        var run = exec("psql", "-X", "-A", "-t", "-c", "SELECT current_user");
        assertEquals(0, run.code(), run.output());
        var user = SessionUser.parse(run.output().lines().findFirst().orElse("").strip());
        assertTrue(user.isPresent(), run.output());
        assertFalse(Database.roleExists(daypass, user.get().name()));
        assertEquals("ENDED", daypass.sessions().get(user.get().session().text()));
    }

    @Test
    void aFailingChildsExitCodeIsPassedOnAndItsUserIsGoneToo() throws Exception {
        var before = daypass.sessions().keySet();
        var run = exec("psql", "-X", "-v", "ON_ERROR_STOP=1", "-f", script().toString());
        // psql: 3 if an error occurred in a script and ON_ERROR_STOP was set.
        assertEquals(3, run.code(), run.output());
        assertTrue(run.output().contains("permission denied"), run.output());
        var begun = new ArrayList<>(daypass.sessions().keySet());
        begun.removeAll(before);
        assertEquals(1, begun.size());
        assertFalse(Database.roleExists(daypass, "dp_" + begun.getFirst()));
    }

    private Path script() throws Exception {
        return Files.writeString(folder.resolve("script.sql"), "SELECT count(*) FROM public.staff_salaries;\n");
    }

    private Run exec(String... child) throws Exception {
        var token = Files.createFile(
                folder.resolve("token"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(token, daypass.token());
        var output = folder.resolve("output");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                JAR.toString(),
                "exec",
                "--url",
                daypass.api().toString(),
                "--token-file",
                token.toString(),
                "--grant",
                "orders-support-read",
                "--purpose",
                "TICKET-9",
                "--"));
        command.addAll(List.of(child));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("HOME", folder.toString());
        builder.environment().remove("XDG_RUNTIME_DIR");
        int code = builder.start().waitFor();
        return new Run(code, Files.readString(output));
    }

    private record Run(int code, String output) {}
}
