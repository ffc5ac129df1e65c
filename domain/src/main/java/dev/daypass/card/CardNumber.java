package dev.daypass.card;

/**
 * Tells whether a short text may hold a primary account number (ISO/IEC 7812-1): 13 to 19 digits in any script, with up to
 * four characters other than letters between two of them, in a range that is issued, and with a good check digit. It errs on the side of yes: one text
 * of ten with 16 random digits in an issued range is refused for nothing. For log lines there is a redactor.
 */
public final class CardNumber {
    private static final int SHORTEST = 13;
    private static final int LONGEST = 19;
    private static final int SEPARATORS = 4;

    private CardNumber() {}

    /** Linear in the text's length. */
    public static boolean mayBeIn(String text) {
        var digits = new StringBuilder();
        int separators = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            int digit = Character.digit(point, 10);
            if (digit >= 0) {
                digits.append((char) ('0' + digit));
                separators = 0;
                if (endsInNumber(digits)) {
                    return true;
                }
            } else if (Character.isLetter(point) || ++separators > SEPARATORS) {
                digits.setLength(0);
            }
        }
        return false;
    }

    private static boolean endsInNumber(CharSequence digits) {
        for (int length = SHORTEST; length <= Math.min(LONGEST, digits.length()); length++) {
            int start = digits.length() - length;
            if (isIssued(digits, start, length) && isLuhn(digits, start)) {
                return true;
            }
        }
        return false;
    }

    /** The first digits that card schemes issue, by their published ranges; broad, since ranges are added. */
    private static boolean isIssued(CharSequence digits, int start, int length) {
        int two = 10 * (digits.charAt(start) - '0') + (digits.charAt(start + 1) - '0');
        return switch (two / 10) {
            case 2 -> two >= 20 && two <= 27 && length == 16;
            case 3 -> two == 34 || two == 37 ? length == 15 : two == 30 || two >= 35;
            case 4 -> length == 13 || length == 16 || length == 19;
            case 5 -> length == 16 || two == 50 || two >= 56;
            case 6, 8, 9 -> length >= 16;
            default -> false;
        };
    }

    /** ISO/IEC 7812-1, annex B: every second digit from the right, the check digit excluded, counts double. */
    private static boolean isLuhn(CharSequence digits, int start) {
        int sum = 0;
        for (int i = digits.length() - 1; i >= start; i--) {
            int digit = digits.charAt(i) - '0';
            boolean doubled = (digits.length() - 1 - i) % 2 == 1;
            sum += doubled ? digit / 5 + (digit * 2) % 10 : digit;
        }
        return sum % 10 == 0;
    }
}
