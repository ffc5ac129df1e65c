package dev.daypass.cli.grants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daypass.cli.Commands;
import dev.daypass.cli.console.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lint}, {@code test} and {@code who-can} on a copy of the demo's documents. */
class GrantsCommandsTest {
    private static final Path DEMO = Path.of("../grants/demo");
    private static final List<String> VARIABLES = List.of(
            "--var=devIssuer=http://127.0.0.1:4000",
            "--var=devJwksUri=http://127.0.0.1:4000/jwks",
            "--var=ordersHost=127.0.0.1",
            "--var=ordersPort=5432",
            "--var=ordersDatabase=orders");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private record Ran(int exitCode, String out, String err) {}

    @BeforeEach
    void copyTheDemo() throws IOException {
        try (var files = Files.walk(DEMO)) {
            for (var file : files.toList()) {
                var to = folder.resolve(DEMO.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
    }

    @Test
    void lintHasNothingToSayOfTheDemo() {
        var ran = run("lint", folder.toString());

        assertEquals(0, ran.exitCode(), ran.err());
        assertEquals("8 files, 0 errors, 0 warnings\n", ran.out());
    }

    @Test
    void lintNamesErrorsAndWarningsApart() throws IOException {
        change("grants/orders-glance.yaml", "placed_at]", "placed_at]\n    delete: true");
        change("grants/orders-support-read.yaml", "tables:", "tabels:");

        var ran = run("lint", folder.toString());

        assertEquals(1, ran.exitCode());
        var lines = ran.out().lines().toList();
        assertTrue(
                lines.get(0)
                        .startsWith("grants/orders-support-read.yaml:7:1: error: there is no field tabels here;"
                                + " did you mean tables?"),
                ran.out());
        assertTrue(
                lines.get(1).startsWith("grants/orders-glance.yaml:10:5: warning: any row of public.orders"),
                ran.out());
        assertEquals("8 files, 1 error, 1 warning", lines.getLast());
    }

    @Test
    void aWarningAloneFailsNothing() throws IOException {
        change("grants/orders-glance.yaml", "window: 20s", "window: 24h");

        var ran = run("lint", "--json", folder.toString());

        assertEquals(0, ran.exitCode(), ran.err());
        assertEquals(0, json(ran).path("errors").size());
        var warning = json(ran).path("warnings").path(0);
        assertEquals("grants/orders-glance.yaml", warning.path("file").asText());
        assertEquals(17, warning.path("line").asInt());
        assertEquals(3, warning.path("column").asInt());
    }

    @Test
    void everyCaseOfTheDemoIsALine() {
        var ran = run("test", folder.toString());

        assertEquals(0, ran.exitCode(), ran.out() + ran.err());
        assertEquals(14, ran.out().lines().count());
        assertTrue(ran.out().startsWith("ok    orders-glance: a support agent glances at orders"), ran.out());
        assertTrue(ran.out().endsWith("13 cases, 0 failed\n"), ran.out());
    }

    @Test
    void aCaseThatFailsShowsTheDifference() throws IOException {
        change("grants/orders-support-read.yaml", "      pan: pan\n", "      pan: hash\n");

        var ran = run("test", folder.toString());

        assertEquals(1, ran.exitCode());
        assertTrue(ran.out().contains("""
                        FAIL  orders-support-read: a support agent sees cards and people masked (grants/orders-support-read.cases.yaml:2)
                                + public.payments.pan as hash
                                - public.payments.pan as pan
                        """), ran.out());
        assertTrue(ran.out().endsWith("13 cases, 1 failed\n"), ran.out());
    }

    @Test
    void testsOfNothingAreNotGreen() throws IOException {
        for (var name : List.of("orders-glance", "orders-refund-write", "orders-support-read")) {
            Files.delete(folder.resolve("grants/" + name + ".cases.yaml"));
        }

        var ran = run("test", folder.toString());

        assertEquals(1, ran.exitCode());
        assertTrue(ran.err().contains("there is no case to try"), ran.err());
    }

    @Test
    void documentsWithFaultsAreNotTested() throws IOException {
        change("grants/orders-glance.yaml", "connections: 2", "connections: 0");

        var ran = run("test", folder.toString());

        assertEquals(1, ran.exitCode());
        assertTrue(ran.err().contains("grants/orders-glance.yaml:22:14: expected a number from 1 to 100"), ran.err());
    }

    @Test
    void whoCanReadACardIsSaidWithTheMaskTheRowsAndTheClaims() {
        var ran = run("who-can", "public.payments.pan", folder.toString());

        assertEquals(0, ran.exitCode(), ran.err());
        assertEquals("""
                orders-support-read on orders
                  select public.payments.pan as pan where status in ['AUTHORISED', 'CAPTURED']
                  asked for by dev with team support
                """, ran.out());
    }

    @Test
    void aColumnThatNobodyReachesIsAnAnswer() {
        var ran = run("who-can", "public.payments.cvv", folder.toString());

        assertEquals(0, ran.exitCode());
        assertEquals("no grant reaches public.payments.cvv\n", ran.out());
    }

    @Test
    void whatATokenReachesIsSaidForAllItsGrants() {
        var ran = run(
                "who-can", "--issuer=dev", "--claim=team=support", "--claim=role=lead", "--json", folder.toString());

        assertEquals(0, ran.exitCode(), ran.err());
        var grants = new ArrayList<String>();
        json(ran).path("grants").forEach(grant -> grants.add(grant.path("grant").asText()));
        assertEquals(List.of("orders-glance", "orders-refund-write", "orders-support-read"), grants);
        var insert = json(ran).path("grants").path(1).path("reach").path(6);
        assertEquals("insert", insert.path("verb").asText());
        assertEquals("public.refunds", insert.path("table").asText());
        assertEquals("order_id", insert.path("column").asText());
    }

    @Test
    void theClaimsMayStandInOneWord() {
        var ran = run("who-can", "--agent-claims", "issuer=dev,team=payments", folder.toString());

        assertEquals(0, ran.exitCode(), ran.err());
        assertTrue(ran.out().startsWith("orders-refund-write on orders\n  select public.orders.id\n"), ran.out());
    }

    @Test
    void aTokenOfAnUnknownIssuerIsAMistake() {
        var ran = run("who-can", "--issuer=idp", "--claim=team=support", folder.toString());

        assertEquals(2, ran.exitCode());
        assertTrue(ran.err().contains("there is no issuer idp; there is dev"), ran.err());
    }

    @Test
    void halfAColumnIsAMistake() {
        var ran = run("who-can", "payments.pan", folder.toString());

        assertEquals(2, ran.exitCode());
        assertTrue(ran.err().contains("schema.table.column"), ran.err());
    }

    private static Ran run(String... arguments) {
        var words = new ArrayList<>(List.of("grants"));
        words.addAll(List.of(arguments));
        words.addAll(VARIABLES);
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode = Commands.run(
                new Surroundings(
                        Map.of(),
                        new ByteArrayInputStream(new byte[0]),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Clock.systemUTC()),
                words.toArray(String[]::new));
        return new Ran(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static JsonNode json(Ran ran) {
        try {
            return new ObjectMapper().readTree(ran.out());
        } catch (IOException e) {
            throw new AssertionError(ran.out(), e);
        }
    }

    private void change(String file, String good, String bad) throws IOException {
        String text = Files.readString(folder.resolve(file));
        assertTrue(text.contains(good), good);
        Files.writeString(folder.resolve(file), text.replace(good, bad));
    }
}
