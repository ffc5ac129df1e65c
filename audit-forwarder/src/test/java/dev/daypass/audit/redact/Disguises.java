package dev.daypass.audit.redact;

import java.util.List;
import java.util.Random;

/** Card numbers of every brand, written in every disguise; the same ones for the same seed. */
final class Disguises {
    private static final String[] PREFIXES = {
        "4/13,16,19",
        "51/16",
        "55/16",
        "2221/16",
        "2720/16",
        "34/15",
        "37/15",
        "6011/16,19",
        "644/16",
        "65/16",
        "300/14,16,19",
        "3095/14",
        "36/14,19",
        "38/14",
        "3528/16,19",
        "3589/16",
        "62/16,17,18,19",
        "81/16",
        "5018/13,14,15,16,17,18,19",
        "6304/16",
        "6759/18,19",
        "508/16",
        "2200/16,19",
        "2204/16",
        "9792/16",
        "506099/16,19",
        "650002/18",
        "1/15",
        "606282/16",
        "5019/16",
        "4571/16",
        "8600/16",
        "9860/16",
        "2205/16",
        "357111/16",
    };
    private static final int[] OTHER_DIGITS = {0x660, 0x6f0, 0x966, 0xe50, 0xff10, 0x1d7ce, 0x1d7f6};
    private static final String[] SEPARATORS = {
        " ",
        "  ",
        "      ",
        "\t",
        "\u00a0",
        "\u2007",
        "\u202f",
        "\u3000",
        "-",
        " - ",
        "\u2010",
        "\u2011",
        "\u2013",
        "\u2212",
        "\uff0d",
        "/",
        "_",
        "\n",
        "\r\n",
        "\n        ",
        "\\n",
        "\\t",
        "\\r\\n",
        "\\\\n",
        "\\u0020",
        "\\u002d",
        "\\u2010",
        "\\\\u00A0",
        "\\\\\\\\u200b",
        "\\x20",
        "\\x2D",
        "\\040",
        "\\055",
        "\\00A0",
        "\\+002011",
        "''",
        "'||'",
        "' || E'",
        "'\n  '",
        "' '",
        "\\'||\\'",
        "'||U&'",
        "%20",
        "+",
        "%2D",
        "%C2%A0",
        "%e2%80%91",
        "%2520",
        "&nbsp;",
        "&#32;",
        "&#x2010;",
        "\u200b",
        "\u200c",
        "\u200d",
        "\u2060",
        "\ufeff",
        "\u00ad",
        "\u200e",
        "\u0301",
        "\\/",
        "\\-",
    };

    /** Texts around a number that leave it the only one. */
    private static final List<String> ALONE = List.of(
            "%s",
            "x%sx",
            "INSERT INTO c VALUES (7, '%s')",
            "{\"n\":\"%s\"}",
            "{\\\"n\\\":\\\"%s\\\"}",
            "GET /?q=%s&r=1",
            "pan:%s",
            "«%s»",
            "LIKE '%%s%'",
            "a long line before it, with words and 12:30 in it; %s and a long one after it",
            "id=%s,",
            "\n%s\n",
            "<td>%s</td>",
            "%22%s%22",
            "日本語%s日本語",
            "\ud83d\udcb3%s\ud83d\udcb3",
            "\ud800%s\udc00",
            "\u0000%s\u0000",
            "\\\"%s\\\"");

    /** Texts with other digits beside it, for numbers in groups of four. */
    static final List<String> CROWDED = List.of("12 %s 2027", "%s 12 27", "7 %s", "0012-%s-0034", "(3) %s 99");

    private final Random random;

    Disguises(long seed) {
        random = new Random(seed);
    }

    /** One number, how it is written, and the text around that. */
    record Disguised(String digits, String written, String around) {
        String text() {
            return around.replace("%s", written);
        }
    }

    Disguised next() {
        var digits = number();
        return new Disguised(digits, written(digits), ALONE.get(random.nextInt(ALONE.size())));
    }

    Disguised nextInACrowd() {
        var digits = number();
        while (digits.length() != 16) {
            digits = number();
        }
        var separator = random.nextBoolean() ? " " : "-";
        return new Disguised(
                digits,
                String.join(
                        separator,
                        digits.substring(0, 4),
                        digits.substring(4, 8),
                        digits.substring(8, 12),
                        digits.substring(12)),
                CROWDED.get(random.nextInt(CROWDED.size())));
    }

    String number() {
        var prefix = PREFIXES[random.nextInt(PREFIXES.length)].split("/");
        var lengths = prefix[1].split(",");
        int length = Integer.parseInt(lengths[random.nextInt(lengths.length)]);
        var digits = new StringBuilder(prefix[0]);
        while (digits.length() < length - 1) {
            digits.append(random.nextInt(10));
        }
        for (int check = 0; ; check++) {
            if (SlowReader.luhn(digits.toString() + check)) {
                return digits.append(check).toString();
            }
        }
    }

    private String written(String digits) {
        int[] groups = groups(digits.length());
        boolean mixed = random.nextInt(4) == 0;
        boolean dots = !mixed && groups.length > 2 && random.nextInt(20) == 0;
        var separator = dots ? "." : SEPARATORS[random.nextInt(SEPARATORS.length)];
        int encoding = random.nextInt(3);
        int kind = random.nextInt(14);
        var out = new StringBuilder();
        int at = 0;
        for (int group : groups) {
            if (at > 0) {
                out.append(mixed ? SEPARATORS[random.nextInt(SEPARATORS.length)] : separator);
            }
            for (int i = 0; i < group; i++) {
                char digit = digits.charAt(at++);
                boolean escaped = encoding == 2 || encoding == 1 && random.nextInt(3) == 0;
                out.append(escaped ? escape(digit - '0', kind) : String.valueOf(digit));
            }
        }
        return out.toString();
    }

    private int[] groups(int length) {
        return switch (random.nextInt(5)) {
            case 0 -> new int[] {length};
            case 1 -> java.util.stream.IntStream.range(0, length).map(i -> 1).toArray();
            case 2 -> length == 15 || length == 14 ? new int[] {4, 6, length - 10} : regular(length);
            default -> regular(length);
        };
    }

    private static int[] regular(int length) {
        int[] groups = new int[(length + 3) / 4];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = Math.min(4, length - 4 * i);
        }
        return groups;
    }

    private String escape(int digit, int kind) {
        int ascii = '0' + digit;
        int other = OTHER_DIGITS[random.nextInt(OTHER_DIGITS.length)] + digit;
        int wide = 0xff10 + digit;
        return switch (kind) {
            case 0 -> Character.toString(other);
            case 1 -> "\\u%04x".formatted(ascii);
            case 2 -> "\\\\u%04X".formatted(ascii);
            case 3 -> "\\x%02x".formatted(ascii);
            case 4 -> "\\%03o".formatted(ascii);
            case 5 -> "\\%04x".formatted(ascii);
            case 6 -> "\\+%06x".formatted(ascii);
            case 7 -> "%%%02x".formatted(ascii);
            case 8 -> "%%25%02x".formatted(ascii);
            case 9 -> "&#%d;".formatted(ascii);
            case 10 -> "&#x%x;".formatted(ascii);
            case 11 -> "\\u%04x".formatted(wide);
            case 12 -> "%%EF%%BC%%%02X".formatted(0x90 + digit);
            default -> "\\\\\\\\x%02X".formatted(ascii);
        };
    }
}
