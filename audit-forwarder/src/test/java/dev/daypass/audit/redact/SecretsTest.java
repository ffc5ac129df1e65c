package dev.daypass.audit.redact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.daypass.audit.redact.Redaction.Rule;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets in every form that a log shows them in, and what only looks like one. */
class SecretsTest {
    private final Redactor redactor = new Redactor(CardNumbersTest.KEY);

    /** Before, after the marker of the rule was put where the secret was, and the rule. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '~',
            value = {
                "ALTER ROLE a PASSWORD 'geheim' VALID UNTIL 'x'§ALTER ROLE a PASSWORD '#' VALID UNTIL 'x'§PASSWORD",
                "alter role a encrypted password 'it''s; x' ;§alter role a encrypted password '#' ;§PASSWORD",
                "PASSWORD E'it\\'s' X§PASSWORD E'#' X§PASSWORD",
                "PASSWORD\\n   'a' X§PASSWORD\\n   '#' X§PASSWORD",
                "PASSWORD $$a'b$$ X§PASSWORD $$#$$ X§PASSWORD",
                "PASSWORD $t$a$$b$t$ X§PASSWORD $t$#$t$ X§PASSWORD",
                "EXECUTE 'ALTER ROLE a PASSWORD ''b c'' ' X§EXECUTE 'ALTER ROLE a PASSWORD ''#'' ' X§PASSWORD",
                "PASSWORD 'cut off§PASSWORD '#§PASSWORD",
                "SET PASSWORD = PASSWORD('a') X§SET PASSWORD = PASSWORD('#') X§PASSWORD",
                "QUERY,db,'ALTER USER a IDENTIFIED BY \\'b\\' X',0§QUERY,db,'ALTER USER a IDENTIFIED BY \\'#\\' X',0§PASSWORD",
                "IDENTIFIED BY 'a' X§IDENTIFIED BY '#' X§PASSWORD",
                "IDENTIFIED BY PASSWORD '*0123456789ABCDEF0123456789ABCDEF01234567' X§IDENTIFIED BY PASSWORD '#' X§PASSWORD",
                "identified with 'sha2' by 'a' X§identified with 'sha2' by '#' X§PASSWORD",
                "IDENTIFIED VIA ed25519 USING PASSWORD('a') X§IDENTIFIED VIA ed25519 USING PASSWORD('#') X§PASSWORD",
                "host=h password=a,b user=u§host=h password=# user=u§PASSWORD",
                "password = 'a b' user=u§password = '#' user=u§PASSWORD",
                "jdbc:x://h/d?user=u&password=a&ssl=true§jdbc:x://h/d?user=u&password=#&ssl=true§PASSWORD",
                "postgres://u:a%20b@h:5432/d§postgres://u:#@h:5432/d§PASSWORD",
                "{\"u\":\"http:\\/\\/u:a@h\\/\"}§{\"u\":\"http:\\/\\/u:#@h\\/\"}§PASSWORD",
                "{\"password\":\"a\\\"b\",\"c\":1}§{\"password\":\"#\",\"c\":1}§PASSWORD",
                "{\\\"dbPassword\\\": \\\"a\\\\\\\"b\\\",\\\"c\\\":1}§{\\\"dbPassword\\\": \\\"#\\\",\\\"c\\\":1}§PASSWORD",
                "{\"pwd\":\"a\"}§{\"pwd\":\"#\"}§PASSWORD",
                "x md50123456789abcdef0123456789abcdef y§x # y§PASSWORD",
                "h dph_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG y§h # y§PASSWORD",
                "PASSWORD 'SCRAM-SHA-256$4096:c2FsdA==$a+b/c=:d=' X§PASSWORD '#' X§SCRAM",
                "rolpassword SCRAM-SHA-256$4096:c2FsdA==$a+b/c=:d= X§rolpassword # X§SCRAM",
                "Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.AB-_ X§Bearer # X§JWT",
                "t=eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0. X§t=# X§JWT",
                "t hvs.CAESIJ0123456789abcdef-_gh X§t # X§VAULT_TOKEN",
                "t \"s.aB3defghijklmnopqrstuvwx\" X§t \"#\" X§VAULT_TOKEN",
                "t\\ns.aB3defghijklmnopqrstuvwx X§t\\n# X§VAULT_TOKEN",
                "-----BEGIN EC PRIVATE KEY-----\\nAA==\\n-----END EC PRIVATE KEY----- X§# X§PRIVATE_KEY",
                "a -----BEGIN PRIVATE KEY-----\\nAA§a #§PRIVATE_KEY",
                "UPDATE c SET cvv = '123' X§UPDATE c SET cvv = '#' X§CVV",
                "{\\\"cvc\\\":\\\"1234\\\"}§{\\\"cvc\\\":\\\"#\\\"}§CVV",
                "cvv2=123&x§cvv2=#&x§CVV",
            })
    void aSecretIsReplacedAndNothingElse(String text, String expected, Rule rule) {
        var redaction = redactor.redact(text);
        assertEquals(expected.replace("#", "[redacted:" + rule.code() + "]"), redaction.text());
        assertEquals(Map.of(rule, 1), redaction.counts());
        assertSame(redaction.text(), redactor.redact(redaction.text()).text());
        for (int shift = 0; shift < 3; shift++) {
            assertEquals(
                    Map.of(rule, 1), redactor.redact(" ".repeat(shift) + text).counts());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER ROLE a PASSWORD <REDACTED>",
                "IDENTIFIED BY PASSWORD *****",
                "IDENTIFIED BY '*****'",
                "PASSWORD $1",
                "PASSWORD NULL",
                "\"password\":\"hmac-sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"",
                "\"password\":\"\"",
                "\"password\":null",
                "password authentication failed for user \"dp_01k\"",
                "password_encryption = 'scram-sha-256'",
                "pan:0123456789abcdef",
                "PASSWORD '[redacted:password]'",
                "http://127.0.0.1:40000/realms/x",
                "md5:0123456789abcdef0123456789abcdef",
                "s.customer_shipping_address_line",
                "this.aB3defghijklmnopqrstuvwx",
                "eyJ is how a JWT begins",
                "dph_short",
                "-----BEGIN PUBLIC KEY-----",
                "SCRAM-SHA-256$ is a prefix",
                "cvv=12345",
            })
    void whatOnlyLooksLikeASecretStays(String text) {
        var redaction = redactor.redact(text);
        assertSame(text, redaction.text());
        assertEquals(Map.of(), redaction.counts());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "VALUES ('%s', '123', 7)§VALUES ('%s', '#', 7)",
                "VALUES ('%s', 123)§VALUES ('%s', #)",
                "VALUES ('%s', '12/27', '123')§VALUES ('%s', '12/27', '#')",
                "VALUES ('%s', 12, 2027, 123)§VALUES ('%s', 12, 2027, #)",
                "%s|1227|123|X§%s|1227|#|X",
            })
    void theValueBesideANumberGoesToo(String both) {
        var parts = both.replace("#", "[redacted:cvv]").split("§");
        var redaction = redactor.redact(parts[0].replace("%s", "4111-1111-1111-1111"));
        var pan = redactor.redact("4111111111111111").text();
        assertEquals(parts[1].replace("%s", pan), redaction.text());
        assertEquals(Map.of(Rule.PAN, 1, Rule.CVV, 1), redaction.counts());
    }

    @Test
    void fourDigitsBesideANumberAreAYearUnlessTheCardIsAmericanExpress() {
        assertEquals(
                Map.of(Rule.PAN, 1),
                redactor.redact("('4111111111111111', '2027')").counts());
        assertEquals(
                Map.of(Rule.PAN, 1, Rule.CVV, 1),
                redactor.redact("('378282246310005', '2027')").counts());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%B4111111111111111^DOE/JOHN^2712101123456789? X",
                ";4111111111111111=27121010000012300000? X",
                "4111111111111111=27121010000012300000 X",
                "4111 1111 1111 1111=2712 1010 0000 1230 0000? X",
                "4111111111111111D27121010000012300000 X",
                "4111111111111111%3D27121010000012300000%3F X",
                "\\u0034111111111111111\\u003d27121010000012300000\\u003f X",
            })
    void trackDataGoesWithItsNumber(String text) {
        var redaction = redactor.redact(text);
        assertEquals(Map.of(Rule.PAN, 1, Rule.TRACK, 1), redaction.counts());
        var pan = redactor.redact("4111111111111111").text();
        assertEquals(
                pan + "[redacted:track] X",
                redaction.text().substring(redaction.text().indexOf("pan:")));
    }
}
