package dev.daypass.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What libpq itself reads out of the files: a real psql, and a listener that asks it for its password in the clear. */
class LibpqTest {
    /** PostgreSQL documentation, "Message Formats": protocol 3.0's major number in a StartupMessage. */
    private static final int PROTOCOL_3 = 3;

    @TempDir
    Path folder;

    @Test
    void psqlFindsTheUserAndTheWholePasswordInTheFiles() throws Exception {
        assumeTrue(psqlIsThere(), "no psql on PATH");
        try (var broker = new ScriptedBroker();
                var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            broker.databasePort = server.getLocalPort();
            var shown = CompletableFuture.supplyAsync(() -> login(server));
            try (var run = CliRun.start(
                    folder,
                    broker,
                    "exec",
                    "--grant",
                    "orders-read",
                    "--",
                    "psql",
                    "--no-password",
                    "-c",
                    "select 1")) {
                assertEquals(2, run.exitCode(), "psql's code for a refused connection");
                assertTrue(run.err().contains("seen enough"), run.err());
            }
            String[] lines = shown.get(5, TimeUnit.SECONDS).split("\n", -1);
            assertEquals("user=dp_" + ScriptedBroker.SESSION + " database=orders", lines[0]);
            assertEquals(ScriptedBroker.PASSWORD, lines[1]);
        }
    }

    private static boolean psqlIsThere() {
        return Arrays.stream(System.getenv("PATH").split(":", -1))
                .anyMatch(dir -> Files.isExecutable(Path.of(dir, "psql")));
    }

    private static String login(ServerSocket server) {
        try (var socket = server.accept()) {
            var in = new DataInputStream(socket.getInputStream());
            var out = new DataOutputStream(socket.getOutputStream());
            byte[] startup = in.readNBytes(in.readInt() - 4);
            while (startup[1] != PROTOCOL_3) { // SSLRequest or GSSENCRequest: no
                out.writeByte('N');
                startup = in.readNBytes(in.readInt() - 4);
            }
            out.write(new byte[] {'R', 0, 0, 0, 8, 0, 0, 0, 3}); // AuthenticationCleartextPassword
            out.flush();
            if (in.readByte() != 'p') {
                throw new IOException("no PasswordMessage");
            }
            byte[] password = in.readNBytes(in.readInt() - 4);
            byte[] error = "SFATAL\0C28P01\0Mseen enough\0\0".getBytes(StandardCharsets.US_ASCII);
            out.writeByte('E');
            out.writeInt(error.length + 4);
            out.write(error);
            out.flush();
            String[] words = new String(startup, 4, startup.length - 4, StandardCharsets.UTF_8).split("\0", -1);
            return "user=" + after(words, "user") + " database=" + after(words, "database") + "\n"
                    + new String(password, 0, password.length - 1, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "failed: " + e;
        }
    }

    private static String after(String[] words, String name) {
        return words[Arrays.asList(words).indexOf(name) + 1];
    }
}
