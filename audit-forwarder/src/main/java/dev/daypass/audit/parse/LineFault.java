package dev.daypass.audit.parse;

/** Why a line is not one that its source writes. Without a stack trace: a hostile source may cause one a line. */
final class LineFault extends Exception {
    private final String why;

    /** @param why in words of this package alone, never with text of the line */
    LineFault(String why) {
        super(why, null, false, false);
        this.why = why;
    }

    String why() {
        return why;
    }
}
