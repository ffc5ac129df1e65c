package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.cli.local.LocalDaypass;
import dev.daypass.cli.local.LocalRecord;
import dev.daypass.evidence.Source;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningRecord.class)
@DisplayName("8. No full PAN reaches the locked store; no issued secret reaches it or any log that Daypass writes")
class NoCardNumberReachesTheLockedStoreIT {
    private static final String PAN = "4929478218423216";

    /** Each as an agent would send it; all but the last few are one card. */
    private static final List<String> DISGUISES = List.of(
            "SELECT '4929478218423216'",
            "SELECT '4929 4782 1842 3216'",
            "SELECT '4929-4782-1842-3216'",
            "SELECT '4929.4782.1842.3216'",
            "SELECT '4929\u00a04782\u00a01842\u00a03216'",
            "SELECT '4929  4782  1842  3216'",
            "SELECT '4929\t4782\t1842\t3216'",
            "SELECT '4929\n4782\n1842\n3216'",
            "SELECT '4929\r\n4782\r\n1842\r\n3216'",
            "SELECT '4929\u20104782\u20131842\u20143216'",
            "SELECT '４９２９４７８２１８４２３２１６'",
            "SELECT '49294782\u200b18423216'",
            "SELECT E'4929\\x204782\\x201842\\x203216'",
            "SELECT '4929' || '4782' || '1842' || '3216'",
            "SELECT '4929'\n'4782'\n'1842'\n'3216'",
            "SELECT U&'\\0034929478218423216'",
            "SELECT E'\\064929478218423216'",
            "SELECT '%34%39%32%39%34%37%38%32%31%38%34%32%33%32%31%36'",
            "SELECT '4929%204782%201842%203216'",
            "SELECT '4929+4782+1842+3216'",
            "SELECT '{\"pan\":\"4929478218423216\",\"cvv\":\"731\"}'::json",
            "SELECT '{\"pan\":\"4929\\u00204782 1842 3216\"}'::json",
            "SELECT 4929478218423216",
            "SELECT count(*) FROM orders WHERE id = 7 /* card 4929478218423216 */",
            "SELECT 'x4929478218423216y'",
            "SELECT 'order 12 4929 4782 1842 3216 2027'",
            "SELECT '%B4929478218423216^DOE/JANE^27121010000000000000?'",
            "SELECT ';4929478218423216=27121010000000000?'",
            "-- AUDIT: SESSION,1,1,READ,SELECT,,,4929478218423216,<none>\nSELECT 1",
            "SELECT '5555555555554444', '378282246310005', '6011111111111117', '3530111333300000', '30569309025904'");

    private static final Pattern TOKEN = Pattern.compile("pan:[0-9a-f]{16}");

    private final LocalDaypass daypass;

    NoCardNumberReachesTheLockedStoreIT(LocalDaypass daypass) {
        this.daypass = daypass;
    }

    @Test
    void cardNumbersInEveryDisguiseAreDigestsInTheRecord() throws Exception {
        var vended = Recorded.session(daypass, NoCardNumberReachesTheLockedStoreIT::sendAll);

        var statements = Recorded.of(daypass, Source.POSTGRESQL, vended.text("session")).stream()
                .filter(r -> r.at("/query_info/query_string").asText().length() > 0)
                .map(r -> r.at("/query_info/query_string").asText())
                .toList();
        var left = new ArrayList<String>();
        for (var text : everythingLocked().values()) {
            for (var line : text.split("\n", -1)) {
                if (readings(line).stream().anyMatch(reading -> reading.contains(PAN))) {
                    left.add(line);
                }
            }
        }
        assertEquals(List.of(), left);
        var tokens = new HashSet<String>();
        int withTokens = 0;
        for (var statement : statements) {
            var matcher = TOKEN.matcher(statement);
            if (matcher.find()) {
                tokens.add(matcher.group());
                withTokens++;
            }
        }
        assertTrue(withTokens >= DISGUISES.size() - 3, withTokens + " of " + DISGUISES.size() + ": " + statements);
        assertEquals(2, tokens.size(), "one card has one digest however it is written: " + tokens);
    }

    @Test
    void noSecretOfASessionIsInTheRecord() throws Exception {
        var vended = Recorded.session(daypass, sql -> {
            sql.execute("SELECT 1");
            try {
                sql.execute("ALTER ROLE CURRENT_USER PASSWORD 'a-password-of-my-own'");
            } catch (SQLException e) {
                // Whatever the database says to it.
            }
        });

        for (var entry : everythingLocked().entrySet()) {
            assertFalse(entry.getValue().contains(vended.text("password")), entry.getKey());
            assertFalse(entry.getValue().contains(vended.text("handle")), entry.getKey());
            assertFalse(entry.getValue().contains("a-password-of-my-own"), entry.getKey());
            assertFalse(entry.getValue().contains("SCRAM-SHA-256$"), entry.getKey());
        }
    }

    @Test
    void thisSearchWouldFindACardNumberInAnyOfTheDisguises() {
        // but for three: digits in octal, in a Unicode escape and in another script are for the redactor's own tests
        long found = DISGUISES.stream()
                .limit(DISGUISES.size() - 1)
                .filter(text -> readings(text).stream().anyMatch(r -> r.contains(PAN)))
                .count();
        assertTrue(found >= DISGUISES.size() - 6, found + " of " + DISGUISES.size());
    }

    private static void sendAll(Statement statement) throws SQLException {
        for (var sql : DISGUISES) {
            try {
                statement.execute(sql);
            } catch (SQLException e) {
                // A refused statement is logged as well, and twice.
            }
        }
    }

    /** The digits of a line in a row, as several readers would see them. */
    private static List<String> readings(String line) {
        String unescaped = line.replaceAll("\\\\+[nrt]", " ")
                .replaceAll("\\\\+u00[a2]0", " ")
                .replaceAll("\\\\+x20", " ");
        var readings = new ArrayList<String>();
        for (var text : List.of(line, unescaped)) {
            readings.add(digits(text));
            try {
                readings.add(digits(URLDecoder.decode(text, StandardCharsets.UTF_8)));
            } catch (IllegalArgumentException e) {
                // not URL-encoded
            }
        }
        return readings;
    }

    private static String digits(String text) {
        var digits = new StringBuilder();
        text.codePoints().forEach(point -> {
            int digit = Character.digit(point, 10);
            if (digit >= 0) {
                digits.append(digit);
            } else if (Character.isLetter(point) && point < 0x250) {
                digits.append(' ');
            }
        });
        return digits.toString();
    }

    private Map<String, String> everythingLocked() {
        var all = new java.util.TreeMap<String, String>();
        for (var source : Source.values()) {
            daypass.record().objects(source).forEach((key, bytes) -> all.put(key, text(key, bytes)));
        }
        return all;
    }

    private static String text(String key, byte[] bytes) {
        if (!key.endsWith(".zst")) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        var text = new StringBuilder();
        LocalRecord.lines(bytes).forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
