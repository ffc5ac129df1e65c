package dev.daypass.grants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrantTestsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @BeforeEach
    void copyTheDemo() throws IOException {
        DemoDocuments.copyTo(folder);
    }

    @Test
    void everyCaseOfTheDemoHolds() {
        var results = GrantTests.read(folder, DemoDocuments.VARIABLES).run();

        assertEquals(13, results.size());
        assertEquals(
                List.of(), results.stream().filter(result -> !result.holds()).toList());
    }

    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            orders-glance.yaml       | [id, customer_id, | [id,              | - public.orders.customer_id
            orders-glance.yaml       | placed_at]        | placed_at, note]  | + public.orders.note
            orders-glance.yaml       | placed_at]        | placed_at]¶    delete: true | + delete public.orders
            orders-glance.yaml       | placed_at]        | placed_at]¶functions: [public.total(integer)] | + execute public.total(integer)
            orders-glance.yaml       | placed_at]        | placed_at]¶sequences: [public.s] | + next of public.s
            orders-support-read.yaml | cardholder: redact | cardholder: hash | + public.payments.cardholder as hash, - public.payments.cardholder as redact
            orders-glance.yaml       | max: 10s          | max: 11s          | - refused: ttl_too_long, + granted
            orders-refund-write.cases.yaml | reason: ttl_too_short | reason: ttl_too_long | - refused: ttl_too_long, + refused: ttl_too_short (ttl PT0S is shorter than PT1S)
            orders-glance.cases.yaml | ten seconds are the longest¶  issuer: dev¶  claims:¶    team: support¶  ttl: 11s¶  expect:¶    decision: refused¶    reason: ttl_too_long | ten¶  issuer: dev¶  claims:¶    team: support¶  ttl: 11s¶  expect:¶    decision: granted | - granted, + refused: ttl_too_long (ttl PT11S is longer than the grant's PT10S)
            """)
    void oneChangeFailsOneCaseWithItsDifference(String file, String good, String bad, String difference)
            throws IOException {
        var path = folder.resolve("grants").resolve(file);
        String text = Files.readString(path);
        String before = good.replace("¶", "\n");
        assertTrue(text.contains(before), before);
        Files.writeString(path, text.replace(before, bad.replace("¶", "\n")));

        var failed = GrantTests.read(folder, DemoDocuments.VARIABLES).run().stream()
                .filter(result -> !result.holds())
                .toList();

        assertEquals(1, failed.size(), failed.toString());
        assertEquals(difference, String.join(", ", failed.getFirst().differences()));
    }
}
