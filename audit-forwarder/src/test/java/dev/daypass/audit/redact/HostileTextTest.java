package dev.daypass.audit.redact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import javax.crypto.Mac;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text made to cost time, or to trip over. */
class HostileTextTest {
    private static final int MEGABYTE = 1 << 20;

    private final Redactor redactor = new Redactor(CardNumbersTest.KEY);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "4",
                "6",
                "4 ",
                "4111 ",
                "6.",
                " ",
                "\\",
                "'",
                "''",
                "'|",
                "%",
                "%3",
                "%34",
                "%25",
                "&#",
                "\\u",
                "\\u0034",
                "\\x",
                "\u200b",
                "４",
                "\ud835",
                "\"",
                "eyJ",
                "eyJaaaaaaaaaa.",
                "hvs.",
                "s.",
                "password=",
                "\"password\":\"",
                "PASSWORD '",
                "PASSWORD $$",
                "IDENTIFIED ",
                "IDENTIFIED BY ",
                "://",
                "://a:",
                "-----BEGIN PRIVATE KEY-----",
                "PRIVATE KEY",
                "cvv",
                "SCRAM-SHA-256$",
                "md5",
                "dph_",
                "a4",
                "4111111111111111^",
                "4111111111111111=",
                "4111111111111111 ",
                "pan:",
                "deadbeef",
                "12345678-",
                "\\n",
                "E'",
                "'\n",
            })
    void aMegabyteOfAnythingCostsStepsInProportion(String piece) throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(CardNumbersTest.KEY);
        var text = piece.repeat(MEGABYTE / piece.length());
        var units = (text + "\0").toCharArray();
        var secrets = new SecretFinder();
        secrets.find(units, text.length());
        var cards = new CardFinder(new Redactor.Pseudonym(mac));
        cards.find(text, units, secrets.spans());
        long steps = secrets.steps() + cards.steps();
        assertTrue(steps < 60L * MEGABYTE, steps + " steps");
        redactor.redact(text);
    }

    @Test
    void loneSurrogatesAndNulStayAsTheyAre() {
        var text = "\ud800 \udfff \0 \ud835 4 \udfd2 \ud83d end";
        assertSame(text, redactor.redact(text).text());
    }

    @Test
    void nothingIsFoundInNothing() {
        assertSame("", redactor.redact("").text());
        assertEquals(Map.of(), redactor.redact("").counts());
    }

    @Test
    void everyCutOfATextIsRedactedWithoutFailing() {
        var text =
                "('4111 1111\\u00201111'||'1111', '123') PASSWORD E'a\\'b' \"password\":\"x\" ://u:p@h %B4111111111111111^A/B^2712101?"
                        + " eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0. -----BEGIN PRIVATE KEY-----\\nAA\\n-----END PRIVATE KEY----- &#52; %34 \\064";
        for (int from = 0; from < text.length(); from++) {
            for (int to = from; to <= text.length(); to++) {
                redactor.redact(text.substring(from, to));
            }
        }
    }

    @Test
    void aNumberAtEveryPlaceOfALongLineIsFound() {
        for (int before = 0; before < 200; before++) {
            var text = "e".repeat(before) + " 4111-1111-1111-1111 " + "z".repeat(200 - before);
            assertEquals(Map.of(Redaction.Rule.PAN, 1), redactor.redact(text).counts());
        }
    }
}
