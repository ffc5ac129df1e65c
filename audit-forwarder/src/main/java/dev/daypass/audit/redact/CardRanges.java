package dev.daypass.audit.redact;

/**
 * Which lengths a card number may have, by its first digits (ISO/IEC 7812-1 and the brands' published ranges). Wide
 * rather than narrow where a brand's ranges change from year to year: all of 6 and 56 to 58 stand for Maestro, Discover,
 * UnionPay, RuPay, Troy, Verve, Elo and Hipercard together.
 */
final class CardRanges {
    static final int SHORTEST = 13;
    static final int LONGEST = 19;

    private static final int ANY = lengths(13, 14, 15, 16, 17, 18, 19);
    private static final int FROM_16 = lengths(16, 17, 18, 19);
    private static final int ONLY_16 = lengths(16);
    private static final int AMEX = lengths(15);
    private static final int DINERS = lengths(14, 16, 17, 18, 19);
    private static final int VISA = lengths(13, 16, 19);
    private static final int UATP = lengths(15);

    private CardRanges() {}

    /** A set of lengths as bits; bit 16 says that 16 digits are allowed. 0 if no brand begins so. */
    static int allowed(byte[] digits, int at) {
        int two = digits[at] * 10 + digits[at + 1];
        int four = two * 100 + digits[at + 2] * 10 + digits[at + 3];
        return switch (digits[at]) {
            case 1 -> UATP;
            case 2 ->
                four >= 2200 && four <= 2204 // Mir
                        ? FROM_16
                        : four >= 2221 && four <= 2720 || four == 2205 ? ONLY_16 : 0; // Mastercard; Borica
            case 3 ->
                switch (two) {
                    case 34, 37 -> AMEX;
                    case 36, 38, 39 -> DINERS;
                    case 30 -> four < 3060 || four >= 3095 ? DINERS : 0;
                    case 35 -> four >= 3528 && four <= 3589 ? FROM_16 : 0; // JCB
                    default -> 0;
                };
            case 4 -> VISA;
            case 5 ->
                switch (two) {
                    case 51, 52, 53, 54, 55 -> ONLY_16;
                    case 50, 56, 57, 58 -> ANY;
                    default -> 0;
                };
            case 6 -> ANY;
            case 8 -> two == 81 || two == 82 ? FROM_16 : four == 8600 ? ONLY_16 : 0; // UnionPay and RuPay; UzCard
            case 9 -> four == 9792 || four == 9860 ? ONLY_16 : 0; // Troy; Humo
            default -> 0;
        };
    }

    static boolean isAmex(byte[] digits, int at) {
        return digits[at] == 3 && (digits[at + 1] == 4 || digits[at + 1] == 7);
    }

    /** ISO/IEC 7812-1 annex B: every second digit from the right, the last but one first, counts double. */
    static boolean luhn(byte[] digits, int from, int to) {
        int sum = 0;
        boolean twice = false;
        for (int i = to - 1; i >= from; i--) {
            int digit = digits[i];
            sum += !twice ? digit : digit < 5 ? 2 * digit : 2 * digit - 9;
            twice = !twice;
        }
        return sum % 10 == 0;
    }

    private static int lengths(int... lengths) {
        int bits = 0;
        for (int length : lengths) {
            bits |= 1 << length;
        }
        return bits;
    }
}
