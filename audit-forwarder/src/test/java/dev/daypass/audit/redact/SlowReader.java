package dev.daypass.audit.redact;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds card numbers slowly and by other means than the redactor: at every position of the text it tries to read digits as
 * long as it can, by regular expressions, and weighs every number of 13 to 19 digits that begins there and ends where no
 * digit follows directly.
 */
final class SlowReader {
    private static final Pattern DIGIT =
            Pattern.compile("\\p{Nd}|\\\\+(?:u00|U00|x|00|\\+0000)3([0-9])|\\\\+0([67][0-7])"
                    + "|%(?:25)*3([0-9])|&#(4[89]|5[0-7]);|&#[xX]3([0-9]);|\\\\+uff1([0-9])|%EF%BC%9([0-9])");
    private static final Pattern SEPARATOR =
            Pattern.compile("(?:[\\s\\p{Z}\\p{Pd}\\p{Cf}\\p{Mn}/_+.\u2212]|\\\\+[nrt/-]|%(?:25)*2[0Dd]"
                    + "|%C2%A0|%e2%80%91|&nbsp;|&#32;|&#x2010;|\\\\+u(?:0020|002d|2010|00A0|200b)|\\\\x20|\\\\x2D|\\\\040|\\\\055|\\\\00A0"
                    + "|\\\\\\+002011|''|(?:\\\\|%27)?'?[\\s|]+(?:E|U&)?\\\\?(?:'|%27))*");

    private SlowReader() {}

    static List<String> numbers(String text) {
        var found = new ArrayList<String>();
        var digit = DIGIT.matcher(text);
        var separator = SEPARATOR.matcher(text);
        for (int start = 0; start < text.length(); start++) {
            var digits = new StringBuilder();
            int at = start;
            while (digits.length() < 20 && digit.region(at, text.length()).lookingAt()) {
                digits.append(value(digit));
                int end = digit.end();
                separator.region(end, text.length()).lookingAt();
                boolean glued = separator.end() == end
                        && digit.region(end, text.length()).lookingAt();
                int length = digits.length();
                if (!glued
                        && length >= 13
                        && length <= 19
                        && isCard(digits.toString())
                        && !isGluedBefore(text, start)) {
                    found.add(digits.toString());
                }
                at = separator.end();
            }
        }
        return found;
    }

    static boolean isCard(String digits) {
        var values = new byte[digits.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) (digits.charAt(i) - '0');
        }
        return (CardRanges.allowed(values, 0) >> values.length & 1) != 0 && luhn(digits);
    }

    static boolean luhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            boolean twice = (digits.length() - i) % 2 == 0;
            sum += twice ? 2 * digit / 10 + 2 * digit % 10 : digit;
        }
        return sum % 10 == 0;
    }

    private static boolean isGluedBefore(String text, int start) {
        return start > 0 && Character.isDigit(text.charAt(start - 1));
    }

    private static int value(java.util.regex.Matcher digit) {
        for (int group = 1; group <= digit.groupCount(); group++) {
            var written = digit.group(group);
            if (written != null) {
                return switch (group) {
                    case 2 -> Integer.parseInt(written, 8) - 060 & 0xf;
                    case 4 -> Integer.parseInt(written) - '0';
                    default -> Integer.parseInt(written);
                };
            }
        }
        return Character.digit(digit.group().codePointAt(0), 10);
    }
}
