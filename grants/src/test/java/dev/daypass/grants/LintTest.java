package dev.daypass.grants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LintTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @BeforeEach
    void copyTheDemo() throws IOException {
        DemoDocuments.copyTo(folder);
    }

    @Test
    void nothingIsWrongOrDoubtfulInTheDemo() {
        var lint = lint();

        assertEquals(List.of(), lint.problems());
        assertEquals(List.of(), lint.warnings());
        assertEquals(8, lint.files());
    }

    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            grants/orders-glance.yaml | placed_at]      | placed_at]¶    delete: true      | 10:5  | any row of public.orders may be deleted
            grants/orders-glance.yaml | placed_at]      | placed_at]¶    update: [item]    | 10:5  | any row of public.orders may be changed
            grants/orders-glance.yaml | placed_at]      | placed_at, Card_Number]          | 9:72  | Card_Number sounds like a card number
            grants/orders-glance.yaml | window: 20s     | window: 24h                      | 17:3  | a whole day
            grants/orders-glance.yaml | required: false | required: true¶  pattern: .+     | 22:3  | nearly any text is a purpose
            grants/orders-glance.yaml | team: [support] | team: {matches: [".*"]}          | 13:24 | nearly anybody of this issuer
            grants/orders-glance.yaml | team: [support] | team: {matches: ["[a-z]+-sup"]}  | 13:24 | the functions alone decide
            grants/orders-glance.yaml | team: [support] | team: [support]¶  - issuer: dev¶    claims:¶      team: [support]¶      role: [lead] | 14:5 | let in by number 1 already
            issuers/dev.yaml          | singleUse: true | singleUse: true¶allowOwnerless: true | 14:1 | nobody answers
            databases/orders.yaml     | ${ordersHost}   | 10.0.0.7                         | 9:1   | in the clear
            """)
    void oneDoubtIsAWarningAndNoProblem(String file, String good, String bad, String place, String said)
            throws IOException {
        String text = Files.readString(folder.resolve(file));
        assertTrue(text.contains(good), good);
        Files.writeString(folder.resolve(file), text.replace(good, bad.replace("¶", "\n")));

        var lint = lint();

        assertEquals(List.of(), lint.problems());
        assertEquals(1, lint.warnings().size(), lint.warnings().toString());
        var warning = lint.warnings().getFirst();
        assertTrue(
                warning.toString().startsWith(file + ":" + place + ": ")
                        && warning.message().contains(said),
                warning.toString());
    }

    @Test
    void anIssuerWhoseKeysComeOverPlainHttpFromElsewhereIsDoubtful() {
        var variables = new HashMap<>(DemoDocuments.VARIABLES);
        variables.put("devJwksUri", "http://idp.example/jwks");

        var warnings = Lint.of(folder, variables).warnings();

        assertEquals(
                List.of("issuers/dev.yaml:9:1"),
                warnings.stream()
                        .map(w -> w.file() + ":" + w.line() + ":" + w.column())
                        .toList());
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            decision: granted | decision: grant      | 7:15 | expected one of granted, refused, got "grant"; did you mean granted?
            issuer: dev       | issuer: idp          | 3:11 | the name of an issuer that has a document: dev
            public.orders.id  | public.orders        | 9:9  | expected a column such as public.orders.id
            ttl: 11s          | ttl: soon            | 19:8 | expected a duration such as 30s, 10m or 1h
            ttl: 11s          | tll: 11s             | 19:3 | there is no field tll here; did you mean ttl?
            reason: ttl_too_long | # none            | 21:5 | the field reason is missing
            reason: ttl_too_long | reason: too_long  | 22:13 | expected one of grant_not_allowed, ttl_too_short, ttl_too_long
            reason: ttl_too_long | reason: ttl_too_long¶    reachable: [] | 23:5 | reaches nothing
            decision: granted | decision: granted¶    reason: ttl_too_long | 8:5 | a granted request has no reason
            ten seconds are the longest | a support agent glances at orders and at nothing else | 15:3 | there is a case of this name already
            team: support     | team: 7              | 5:11 | put it in quotes
            claims: {}        | claims: {team: [{}]} | 25:19 | a list of texts, as the token would carry it
            """)
    void oneFaultOfTheCasesIsReportedOnceWhereItIs(String good, String bad, String place, String said)
            throws IOException {
        var file = folder.resolve("grants/orders-glance.cases.yaml");
        String text = Files.readString(file);
        assertTrue(text.contains(good), good);
        int at = text.indexOf(good);
        Files.writeString(file, text.substring(0, at) + bad.replace("¶", "\n") + text.substring(at + good.length()));

        var problems = lint().problems();

        assertEquals(1, problems.size(), problems.toString());
        assertTrue(
                problems.getFirst().toString().startsWith("grants/orders-glance.cases.yaml:" + place + ": ")
                        && problems.getFirst().message().contains(said),
                problems.toString());
    }

    @Test
    void casesOfNoGrantAreAProblem() throws IOException {
        Files.move(folder.resolve("grants/orders-glance.cases.yaml"), folder.resolve("grants/orders-glace.cases.yaml"));

        assertEquals(
                List.of("grants/orders-glace.cases.yaml:1:1: there is no grant orders-glace to these cases;"
                        + " did you mean orders-glance?"),
                lint().problems().stream().map(Problem::toString).toList());
    }

    private Lint lint() {
        return Lint.of(folder, Map.copyOf(DemoDocuments.VARIABLES));
    }
}
