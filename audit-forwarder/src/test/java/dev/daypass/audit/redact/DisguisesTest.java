package dev.daypass.audit.redact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.audit.redact.Redaction.Rule;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.crypto.Mac;
import org.junit.jupiter.api.Test;

/** Numbers of every brand in every disguise, tens of thousands of them. */
class DisguisesTest {
    private static final int NUMBERS = 40_000;

    private final Redactor redactor = new Redactor(CardNumbersTest.KEY);

    @Test
    void everyDisguisedNumberIsFoundAndHasTheTextOfItsDigits() {
        var disguises = new Disguises(1);
        int found = 0;
        String missed = "";
        for (int i = 0; i < NUMBERS; i++) {
            var one = disguises.next();
            var redaction = redactor.redact(one.text());
            var expected =
                    one.around().replace("%s", redactor.redact(one.digits()).text());
            if (redaction.text().equals(expected) && redaction.counts().equals(Map.of(Rule.PAN, 1))) {
                found++;
            } else {
                missed = one + " -> " + redaction;
            }
        }
        assertEquals(NUMBERS, found, missed);
    }

    @Test
    void noNumberStaysWhereOtherDigitsStandBesideIt() {
        var disguises = new Disguises(2);
        for (int i = 0; i < NUMBERS; i++) {
            var one = disguises.nextInACrowd();
            var text = redactor.redact(one.text()).text();
            assertTrue(text.contains("pan:"), one::toString);
            assertFalse(text.replaceAll("[^0-9]", "").contains(one.digits()), one::toString);
        }
    }

    @Test
    void aReaderByOtherMeansSeesTheNumbersBeforeAndNoneAfter() {
        var disguises = new Disguises(3);
        int seen = 0;
        for (int i = 0; i < 5_000; i++) {
            var one = disguises.next();
            seen += SlowReader.numbers(one.text()).contains(one.digits()) ? 1 : 0;
            var after = redactor.redact(one.text()).text();
            assertEquals(List.of(), SlowReader.numbers(after), after);
        }
        assertTrue(seen > 4_500, "it saw only " + seen);
    }

    @Test
    void theScanFindsWhatReadingEveryUnitFinds() throws Exception {
        var random = new Random(4);
        var disguises = new Disguises(5);
        var finder = new CardFinder(new Redactor.Pseudonym(mac()));
        int spans = 0;
        for (int i = 0; i < NUMBERS; i++) {
            var text = i % 2 == 0
                    ? soup(random)
                    : around(random) + disguises.next().text() + around(random);
            var units = (text + "\0").toCharArray();
            finder.find(text, units, new Spans());
            var scanned = described(finder.spans());
            finder.findByReadingEverything(units, text.length());
            assertEquals(described(finder.spans()), scanned, text);
            spans += finder.spans().size();
        }
        assertTrue(spans > NUMBERS / 2, "only " + spans);
    }

    @Test
    void redactingAgainChangesNothing() {
        var random = new Random(6);
        var disguises = new Disguises(7);
        for (int i = 0; i < NUMBERS; i++) {
            var text = soup(random)
                    + disguises.next().text()
                    + soup(random)
                    + disguises.nextInACrowd().text();
            var once = redactor.redact(text);
            var twice = redactor.redact(once.text());
            assertSame(once.text(), twice.text(), text);
            assertEquals(Map.of(), twice.counts());
        }
    }

    @Test
    void aReplacementThatWouldReadAsANumberIsNotTaken() {
        assertTrue(Redactor.Pseudonym.readsAsCard("4111111111111111"));
        assertTrue(Redactor.Pseudonym.readsAsCard("a378282246310005"));
        assertFalse(Redactor.Pseudonym.readsAsCard("4111111111111112"));
        assertFalse(Redactor.Pseudonym.readsAsCard("41111111a1111111"));
    }

    private static Mac mac() throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(CardNumbersTest.KEY);
        return mac;
    }

    private static String described(Spans spans) {
        var text = new StringBuilder();
        for (int i = 0; i < spans.size(); i++) {
            text.append(spans.start(i)).append('-').append(spans.end(i)).append(' ');
        }
        return text.toString();
    }

    private static final String[] INGREDIENTS = {
        "4",
        "1",
        "0",
        "37",
        "62",
        "5",
        "4111111111111111",
        "378282246310005",
        " ",
        " ",
        "-",
        ".",
        "\\",
        "\\n",
        "\\u003",
        "\\u00",
        "%3",
        "%",
        "%34",
        "&#5",
        "&#52;",
        ";",
        "'",
        "''",
        "'||'",
        "E'",
        "U&'",
        "a",
        "f",
        "n",
        "x",
        "z",
        ":",
        "pan:",
        "\"",
        "\u00a0",
        "\u200b",
        "４",
        "=",
        "^",
        "D2712",
        "?",
        ",",
        "\"query_id\":",
        "0123456789abcdef",
        "-4111-",
        "\ud835",
        "\udfd2",
        "\\064",
        "\\0661",
        "/",
        "_",
        "cvv=",
        "123",
    };

    private static String soup(Random random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(60); i > 0; i--) {
            text.append(INGREDIENTS[random.nextInt(INGREDIENTS.length)]);
        }
        return text.toString();
    }

    private static String around(Random random) {
        var words =
                "the statement took 12.5 ms on node-3: ERROR at character 15, \\\"abc\\\" <x> 2026-11-23 04:00:00 UTC ";
        return words.substring(random.nextInt(words.length()));
    }
}
