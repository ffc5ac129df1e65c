package dev.daypass.cli.grants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.cli.Commands;
import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Surroundings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command lines of plan, apply and drift; what they do is in the deployer's tests, on real peers. */
class RolloutCommandsTest {
    private static final String SECRET = "not-to-be-seen";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void withBothSidesLeftAloneThereIsNothingToChange() {
        assertEquals(ExitCode.OK, run("plan", "--no-database", "--no-vault"), err());
        assertTrue(out().startsWith("Nothing to change."), out());
    }

    /** 2 is a plan with changes, and nothing else. */
    @Test
    void aWrongCommandLineIsNoPlanWithChanges() {
        assertEquals(ExitCode.COULD_NOT, run("plan", "--no-such-option"));
        assertEquals(ExitCode.COULD_NOT, run("drift", "--no-such-option"));
    }

    @Test
    void aDatabaseWithoutItsPasswordFileIsNamed() {
        assertEquals(ExitCode.COULD_NOT, run("plan", "--no-vault"));
        assertTrue(err().contains("database orders needs --password-file orders=FILE"), err());
    }

    @Test
    void aPasswordForADatabaseThatNoDocumentKnowsIsRefused() throws Exception {
        assertEquals(ExitCode.COULD_NOT, run("plan", "--no-vault", "--password-file", "other=" + password()));
        assertTrue(err().contains("there is no such database"), err());
    }

    @Test
    void aPasswordFileThatOthersMayReadIsRefused() throws Exception {
        var file = password();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertEquals(ExitCode.COULD_NOT, run("plan", "--no-vault", "--password-file", "orders=" + file));
        assertTrue(err().contains("chmod 600"), err());
        assertFalse(err().contains(SECRET), err());
    }

    @Test
    void vaultWithoutTheBrokersAddressesIsRefused() {
        assertEquals(ExitCode.COULD_NOT, run("plan", "--no-database", "--address", "https://127.0.0.1:1"));
        assertTrue(err().contains("--broker-cidr"), err());
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsAnErrorWithoutItsPassword() throws Exception {
        assertEquals(ExitCode.COULD_NOT, run("plan", "--no-vault", "--password-file", "orders=" + password()));
        assertTrue(out().contains("Problems\n  database orders: "), out());
        assertFalse(out().contains(SECRET) || err().contains(SECRET), out() + err());
    }

    @Test
    void anApplyThatCannotBeginSaysThatNothingWasBegun() throws Exception {
        assertEquals(ExitCode.COULD_NOT, run("apply", "--no-vault", "--password-file", "orders=" + password()));
        assertTrue(err().contains("nothing was begun"), err());
    }

    @Test
    void theCompiledConfigurationIsWrittenWithItsDigest() throws Exception {
        var file = folder.resolve("configuration.json");

        assertEquals(
                ExitCode.OK,
                run("apply", "--no-database", "--no-vault", "--configuration-out", file.toString()),
                err());

        assertTrue(Files.readString(file).startsWith("{\"format\":\"daypass-configuration/"));
        assertTrue(out().contains("ConfigurationDigest=sha256:"), out());
    }

    private Path password() throws IOException {
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var file = Files.createFile(folder.resolve("password"), mode);
        return Files.writeString(file, SECRET + "\n");
    }

    private int run(String command, String... more) {
        var arguments = new ArrayList<>(List.of("grants", command, "../grants/demo"));
        for (var variable : Map.of(
                        "devIssuer", "https://issuer.example",
                        "devJwksUri", "https://issuer.example/jwks",
                        "ordersHost", "127.0.0.1",
                        "ordersPort", "1",
                        "ordersDatabase", "orders")
                .entrySet()) {
            arguments.add("--var");
            arguments.add(variable.getKey() + "=" + variable.getValue());
        }
        arguments.addAll(List.of(more));
        return Commands.run(
                new Surroundings(Map.of(), InputStream.nullInputStream(), print(out), print(err), Clock.systemUTC()),
                arguments.toArray(String[]::new));
    }

    private static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
