package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first run on a machine installs the linters, which takes a minute; later ones take seconds. */
@DisplayName("The template passes cfn-lint and both forms of sam validate")
class TheTemplateIsSoundIT {
    private static final Path ROOT = Path.of(System.getProperty("daypass.root", "."));

    @Test
    void theTemplateThatIsDeployedPasses(@TempDir Path folder) throws Exception {
        assertEquals(0, lint(ROOT.resolve("iac/daypass.yaml"), folder));
    }

    @Test
    void theSameTemplateWithAWrongLockModeDoesNot(@TempDir Path folder) throws Exception {
        String text = Files.readString(ROOT.resolve("iac/daypass.yaml"));
        var mutated =
                Files.writeString(folder.resolve("mutated.yaml"), text.replace("Mode: COMPLIANCE", "Mode: COMPLIANT"));
        assertNotEquals(text, Files.readString(mutated));
        assertEquals(1, lint(mutated, folder));
    }

    private static int lint(Path template, Path folder) throws IOException, InterruptedException {
        Path log = folder.resolve("lint.log");
        int code = new ProcessBuilder(ROOT.resolve("iac/lint/lint").toString(), template.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        System.out.print(new String(Files.readAllBytes(log), StandardCharsets.UTF_8));
        return code;
    }
}
