package dev.daypass.benchmarks;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * What one would write with {@code java.util.regex}: the redactor's rules as two compiled patterns, one for runs of digits
 * in any disguise and one for secrets, all quantifiers possessive. Groups of digits are weighed by code, as a regular
 * expression cannot do Luhn. Of one thread.
 */
final class RegexRedactor {
    private static final String SEPARATING_HEX = "(?:20|2[dDeEfF]|5[fF]|0[9aAdD])";
    private static final String DIGIT = "(?:\\p{Nd}"
            + "|\\\\++(?:[uU]00|x|00|\\+0000)3[0-9]|\\\\++(?:06[0-7]|07[01])"
            + "|\\\\++[uU](?:[fF][fF]1[0-9]|06[6fF][0-9])"
            + "|%(?:25)*+3[0-9]|%(?i:ef%bc)%9[0-9]"
            + "|&#(?:4[89]|5[0-7]|[xX]3[0-9]);)";
    private static final String JOIN = "\\\\*+'(?:\\s|\\\\++[nrt]|\\|\\||\\+|[EeNn]|[Uu]&)*+\\\\*+'";
    private static final String SEPARATOR = "(?:[\\s\\x85\\p{Z}\\p{Pd}\\p{Cf}\\p{Mn}\\p{Me}./_+\\u00b7\\u2212]"
            + "|\\\\++(?:[nrtfv /.-]|[uU](?:00" + SEPARATING_HEX + "|00[aA]0|20[01][0-9a-fA-F])|x" + SEPARATING_HEX
            + "|0(?:40|55|56|57|1[1235]))"
            + "|%(?:25)*+" + SEPARATING_HEX + "|%(?i:c2%a0)|%(?i:e2%80)%[89aA][0-9a-fA-F]"
            + "|&nbsp;|&#(?:160|32|45);"
            + "|" + JOIN + ")";
    private static final Pattern RUN =
            Pattern.compile("(?=[\\p{Nd}\\\\%&])(?<![0-9])" + DIGIT + "(?:" + SEPARATOR + "*+" + DIGIT + "){12,}+");
    private static final Pattern UNIT =
            Pattern.compile("(?<digit>" + DIGIT + ")|" + SEPARATOR, Pattern.CASE_INSENSITIVE);

    private static final Pattern SECRET = Pattern.compile(
            "(?=[pPiIcCSmehsbrd:-])(?:(?i:passw(?:or)?d|pwd)[0-9]*+\\\\*+[\"'`]?+\\s*+(?:"
                    + "[:=]\\s*+(?:\\\\*+\"(?<json>(?:[^\"\\\\]|\\\\++[^\"])*+)\\\\*+\"|E?'(?<quoted>(?:[^']|'')*+)'"
                    + "|(?<=[=])(?<bare>[^\\s&;'\"`]++))"
                    + "|\\(?\\s*+(?:E?\\\\*+'(?<sql>(?:[^']|'')*+)'|\\$(?<tag>\\w*+)\\$(?<dollar>.*?)\\$\\k<tag>\\$))"
                    + "|(?i:identified)(?:\\s++(?:\\w++|'\\w++'(?=\\s++(?i:by|as|using))))*?"
                    + "\\s++(?i:by|as|using)(?:\\s++(?i:password))?\\s*+\\(?'(?<identified>(?:[^'\\\\]|''|\\\\.)*+)'"
                    + "|(?i:cv[vcn]2?|cv2)\\\\*+[\"']?+\\s*+[:=]?\\s*+\\\\*+[\"']?+(?<cvv>[0-9]{3,4})(?![0-9A-Za-z])"
                    + "|(?<scram>SCRAM-SHA-256\\$[0-9]++:[A-Za-z0-9+/=]++\\$[A-Za-z0-9+/=]++:[A-Za-z0-9+/=]++)"
                    + "|(?<![A-Za-z0-9])(?<md5>md5[0-9a-f]{32})(?![A-Za-z0-9])"
                    + "|(?<jwt>eyJ[\\w-]{7,}+\\.[\\w-]{2,}+\\.[\\w-]*+(?:\\.[\\w-]++){0,2}+)"
                    + "|(?<vault>hv[sbr]\\.[\\w-]{24,}+|(?<![\\w.])[sbr]\\.[A-Za-z0-9]{24,}+)"
                    + "|(?<handle>dph_[\\w-]{43})"
                    + "|(?<key>-----BEGIN [A-Z ]*+PRIVATE KEY-----.*?-----END [A-Z ]*+-----)"
                    + "|:(?:\\\\?/){2}[^\\s/?#'\"<>:]*+:(?<user>[^\\s/?#'\"<>]++)(?<=@))",
            Pattern.DOTALL);
    private static final List<String> SECRETS = List.of(
            "json",
            "quoted",
            "bare",
            "sql",
            "dollar",
            "identified",
            "cvv",
            "scram",
            "md5",
            "jwt",
            "vault",
            "handle",
            "key",
            "user");

    private final Mac mac;
    private int cards;

    RegexRedactor(SecretKey key) throws GeneralSecurityException {
        mac = Mac.getInstance("HmacSHA256");
        mac.init(key);
    }

    int cards() {
        return cards;
    }

    String redact(String text) {
        return redactCards(redactSecrets(text));
    }

    private static String redactSecrets(String text) {
        Matcher matcher = SECRET.matcher(text);
        if (!matcher.find()) {
            return text;
        }
        var out = new StringBuilder();
        int at = 0;
        do {
            for (var name : SECRETS) {
                if (matcher.start(name) >= 0) {
                    var secret = matcher.group(name);
                    boolean clean =
                            secret.startsWith("hmac-sha256:") || secret.equals("<REDACTED>") || secret.isEmpty();
                    out.append(text, at, matcher.start(name)).append(clean ? secret : "[redacted:" + name + "]");
                    at = matcher.end(name);
                }
            }
        } while (matcher.find());
        return out.append(text, at, text.length()).toString();
    }

    private String redactCards(String text) {
        Matcher matcher = RUN.matcher(text);
        if (!matcher.find()) {
            return text;
        }
        var out = new StringBuilder();
        int at = 0;
        do {
            var digits = new StringBuilder();
            var starts = new ArrayList<Integer>();
            var ends = new ArrayList<Integer>();
            var unit = UNIT.matcher(text).region(matcher.start(), matcher.end());
            while (unit.lookingAt()) {
                if (unit.start("digit") >= 0) {
                    digits.append(value(unit.group("digit")));
                    starts.add(unit.start());
                    ends.add(unit.end());
                }
                unit.region(unit.end(), matcher.end());
            }
            for (int i = 0; i + 13 <= digits.length(); i++) {
                int length = window(digits, starts, ends, i);
                if (length > 0) {
                    out.append(text, at, starts.get(i)).append("pan:").append(digest(digits.substring(i, i + length)));
                    at = ends.get(i + length - 1);
                    i += length - 1;
                    cards++;
                }
            }
        } while (matcher.find());
        return at == 0 ? text : out.append(text, at, text.length()).toString();
    }

    /** Without the redactor's order among several possible windows, and without its exceptions. */
    private static int window(CharSequence digits, List<Integer> starts, List<Integer> ends, int from) {
        if (from > 0 && starts.get(from).equals(ends.get(from - 1))) {
            return 0;
        }
        for (int length : new int[] {16, 15, 14, 19, 18, 17, 13}) {
            int to = from + length;
            if (to <= digits.length()
                    && (to == digits.length() || !starts.get(to).equals(ends.get(to - 1)))
                    && "3456".indexOf(digits.charAt(from)) >= 0
                    && luhn(digits, from, to)) {
                return length;
            }
        }
        return 0;
    }

    private static boolean luhn(CharSequence digits, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            int digit = (digits.charAt(i) - '0') * ((to - i) % 2 == 0 ? 2 : 1);
            sum += digit > 9 ? digit - 9 : digit;
        }
        return sum % 10 == 0;
    }

    private static int value(String digit) {
        char last = digit.charAt(digit.length() - 1);
        if (digit.length() <= 2) {
            return Character.digit(digit.codePointAt(0), 10);
        }
        if (last == ';') {
            int value = digit.startsWith("&#x") || digit.startsWith("&#X")
                    ? Integer.parseInt(digit, 3, digit.length() - 1, 16)
                    : Integer.parseInt(digit, 2, digit.length() - 1, 10);
            return value - '0';
        }
        boolean octal = digit.charAt(digit.length() - 3) == '0' && digit.charAt(digit.length() - 2) >= '6';
        return octal ? (digit.charAt(digit.length() - 2) - '6') * 8 + last - '0' : Character.digit(last, 10);
    }

    private String digest(String digits) {
        return HexFormat.of().formatHex(mac.doFinal(digits.getBytes(java.nio.charset.StandardCharsets.US_ASCII)), 0, 8);
    }
}
