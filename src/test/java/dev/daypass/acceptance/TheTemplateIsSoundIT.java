package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.daypass.testbed.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The first run on a machine installs the linters and the simulator, which takes a minute; later ones take seconds. The
 * simulator needs Node.js, and the tests that need it are skipped without.
 */
@DisplayName("The templates pass cfn-lint and both forms of sam validate, and their policies do what they should")
class TheTemplateIsSoundIT {
    private static final Path ROOT = Path.of(System.getProperty("daypass.root", "."));
    private static final Path MAIN = ROOT.resolve("iac/daypass.yaml");
    private static final Path HEAD = ROOT.resolve("iac/head.yaml");

    @Test
    void theTemplatesThatAreDeployedPass(@TempDir Path folder) throws Exception {
        assertEquals(0, lint(folder, MAIN, HEAD));
    }

    @Test
    void theMainTemplateWithAWrongLockModeDoesNot(@TempDir Path folder) throws Exception {
        assertEquals(1, lint(folder, altered(MAIN, "Mode: COMPLIANCE", "Mode: COMPLIANT", folder)));
    }

    @Test
    void theTemplateOfTheHeadsWithAWrongLockModeDoesNot(@TempDir Path folder) throws Exception {
        assertEquals(1, lint(folder, altered(HEAD, "Mode: COMPLIANCE", "Mode: COMPLIANT", folder)));
    }

    @Test
    void thePoliciesAllowAndRefuseWhatTheTableSaysAndEachPartOfThemIsNeeded(@TempDir Path folder) throws Exception {
        assertEquals(0, run(folder, proof(), "--self-check"));
    }

    @Test
    void theTableNoticesAnEvidencePolicyWithoutItsCreateOnlyStatement(@TempDir Path folder) throws Exception {
        // a statement about nothing: nobody ever names this key
        Path mutated = altered(MAIN, "'Null': {s3:if-none-match: 'true'}", "'Null': {s3:if-match: 'false'}", folder);
        assertEquals(1, run(folder, proof(), mutated.toString(), HEAD.toString()));
        assertSaid(folder, "should be refused by CreateOnly");
    }

    @Test
    void theTableNoticesASealerThatMaySignWholeMessages(@TempDir Path folder) throws Exception {
        Path mutated = altered(MAIN, ", kms:MessageType: DIGEST}", "}", folder);
        assertEquals(1, run(folder, proof(), mutated.toString(), HEAD.toString()));
        assertSaid(folder, "kms:MessageType=RAW kms:SigningAlgorithm=ECDSA_SHA_256] is allowed");
    }

    @Test
    void theTableNoticesHeadsThatAnybodyMayWrite(@TempDir Path folder) throws Exception {
        Path mutated = altered(
                HEAD,
                "Condition: {ArnNotLike: {aws:PrincipalArn: !Ref SealRoleArn}}",
                "Condition: {ArnLike: {aws:PrincipalArn: nobody}}",
                folder);
        assertEquals(1, run(folder, proof(), MAIN.toString(), mutated.toString()));
        assertSaid(folder, "should be refused by OnlyTheSealerWrites");
    }

    private static Path altered(Path template, String text, String other, Path folder) throws IOException {
        String whole = Files.readString(template);
        assertTrue(whole.contains(text), () -> template + " has no " + text);
        return Files.writeString(folder.resolve("mutated.yaml"), whole.replace(text, other));
    }

    private static int lint(Path folder, Path... templates) throws IOException, InterruptedException {
        return run(
                folder,
                ROOT.resolve("iac/lint/lint"),
                Stream.of(templates).map(Path::toString).toArray(String[]::new));
    }

    private static Path proof() {
        assumeTrue(Programs.find("node").isPresent() && Programs.find("npm").isPresent(), "Node.js is not installed");
        return ROOT.resolve("iac/proof/prove");
    }

    private static int run(Path folder, Path program, String... arguments) throws IOException, InterruptedException {
        int code = new ProcessBuilder(Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(log(folder).toFile())
                .start()
                .waitFor();
        String said = said(folder);
        System.out.print(said.substring(Math.max(0, said.length() - 2000))); // the table has thousands of lines
        return code;
    }

    private static void assertSaid(Path folder, String text) throws IOException {
        String said = said(folder);
        assertTrue(said.contains(text), said);
    }

    private static String said(Path folder) throws IOException {
        return new String(Files.readAllBytes(log(folder)), StandardCharsets.UTF_8);
    }

    private static Path log(Path folder) {
        return folder.resolve("output.log");
    }
}
