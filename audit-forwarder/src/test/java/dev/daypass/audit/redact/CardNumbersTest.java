package dev.daypass.audit.redact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.daypass.audit.redact.Redaction.Rule;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One number in every disguise, and what is no number. */
class CardNumbersTest {
    static final SecretKeySpec KEY =
            new SecretKeySpec("a key of the tests".getBytes(StandardCharsets.US_ASCII), "HmacSHA256");

    private final Redactor redactor = new Redactor(KEY);

    @Test
    void theReplacementIsTheBeginningOfTheKeyedDigestOfTheDigits() throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(KEY);
        var digest = HexFormat.of().formatHex(mac.doFinal("4111111111111111".getBytes(StandardCharsets.US_ASCII)));
        assertEquals(
                "pan:" + digest.substring(0, 16),
                redactor.redact("4111111111111111").text());
    }

    @Test
    void anotherKeyGivesAnotherReplacement() {
        var other = new Redactor(new SecretKeySpec(new byte[] {1}, "HmacSHA256"));
        assertNotEquals(
                other.redact("4111111111111111").text(),
                redactor.redact("4111111111111111").text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4111111111111111",
                "4111 1111 1111 1111",
                "4111   1111  1111 1111",
                "4111\t1111\t1111\t1111",
                "4111\u00a01111\u20031111\u30001111",
                "4111-1111-1111-1111",
                "4111\u20111111\u20131111\u20141111",
                "4111\u22121111\ufe631111\uff0d1111",
                "4111.1111.1111.1111",
                "4111/1111/1111/1111",
                "4111_1111_1111_1111",
                "4111\n1111\r\n1111\n        1111",
                "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
                "4.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1",
                "411111 1111111111",
                "41 11111 111 1111 11",
                "4111 1111-1111.1111",
                "4111\\n1111\\t1111\\r\\n1111",
                "4111\\\\n1111\\\\\\\\n1111 1111",
                "\\u0034111111111111111",
                "\\u0034\\u0031\\u0031\\u0031\\u0031111111\\u00311111",
                "\\\\u0034111\\\\u00201111\\\\u20101111\\\\u00A01111",
                "4111\\/1111\\/1111\\/1111",
                "4111\\-1111\\-1111\\-1111",
                "\\x34111111111111111",
                "4111\\x201111\\x2d1111\\x2D1111",
                "\\064\\0611111111111111\\061",
                "4111\\0401111\\0551111\\0121111",
                "\\0034\\0031\\0031\\00311111 1111\\00201111",
                "\\+0000341111111\\+00200011111111",
                "4111''1111''1111''1111",
                "4111'||'1111' || '1111'||\n  E'1111",
                "4111'\n'1111'\n    '1111' '1111",
                "4111\\'||\\'1111\\'||U&\\'1111\\' + N\\'1111",
                "４１１１ １１１１ １１１１ １１１１",
                "٤١١١١١١١١١١١١١١١",
                "४१११११११११११११११",
                "\ud835\udfd2111111111111111",
                "\\uD835\\uDFD2111111111111111",
                "\\uff14\\uff11\\uFF11111\\u0661111111111",
                "%34%31%31%31%31%31%31%31%31%31%31%31%31%31%31%31",
                "%34111111111111111",
                "4111%201111+1111%2D1111",
                "4111%C2%A01111%E2%80%911111%E2%80%8B1111",
                "%EF%BC%94111111111111111",
                "%2534111%25201111%252D1111%25201111",
                "\\xef\\xbc\\x94111111111111111",
                "&#52;&#49;111&#x31;1111111111",
                "4111&nbsp;1111&#160;1111&#x2011;1111",
                "4\u200b1\u200c1\u200d1\u20601\ufeff1\u00ad1\u200e1 1111 1111",
                "4\ufe0f\u20e31\ufe0f\u20e311 1111 1111 1111",
            })
    void aDisguisedNumberIsReplacedByTheTextOfThePlainOne(String disguised) {
        var plain = redactor.redact("4111111111111111").text();
        for (var context : new String[] {"%s", "(%s)", "a%sz", "pan=%s&x", "'%s', 7", "{\"n\":\"%s\"}", "12 %s 2027"}) {
            var redaction = redactor.redact(context.replace("%s", disguised));
            assertEquals(context.replace("%s", plain), redaction.text());
            assertEquals(Map.of(Rule.PAN, 1), redaction.counts());
            assertSame(redaction.text(), redactor.redact(redaction.text()).text());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4111111111111112", // Luhn
                "411111111111111", // 15 digits, which Visa does not use
                "41111111111111111111", // 20 digits
                "94111111111111111", // within a longer group
                "4111,1111,1111,1111", // four values
                "4111:1111:1111:1111",
                "41111111-1111-4111-a111-111111111111", // UUID
                "4111111111111111deadbeefdeadbeef", // a digest of 128 bits
                "4.111111111111111", // a decimal number
                "0.4111111111111111",
                "\"query_id\":4111111111111111",
                "1764012345126", // milliseconds
                "1764012345123456788",
                "0000000000000000",
            })
    void whatIsNotANumberStaysAsItIs(String text) {
        var redaction = redactor.redact(text);
        assertSame(text, redaction.text());
        assertEquals(Map.of(), redaction.counts());
    }
}
