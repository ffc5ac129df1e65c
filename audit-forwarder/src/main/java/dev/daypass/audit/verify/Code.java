package dev.daypass.audit.verify;

import java.util.Locale;

/** What can be wrong: {@code docs/record.md}, "Verdicts". */
public enum Code {
    OBJECT_ALTERED(Side.INTEGRITY),
    OBJECT_MISSING(Side.INTEGRITY),
    OBJECT_EXTRA(Side.INTEGRITY),
    OBJECT_SEALED_TWICE(Side.INTEGRITY),
    VERSION_OTHER(Side.INTEGRITY),
    VERSIONS_MANY(Side.INTEGRITY),
    DELETE_MARKER(Side.INTEGRITY),
    LOCK_MISSING(Side.INTEGRITY),
    LOCK_SHORT(Side.INTEGRITY),
    SEAL_UNREADABLE(Side.INTEGRITY),
    SEAL_SIGNATURE(Side.INTEGRITY),
    SEAL_KEY_UNKNOWN(Side.INTEGRITY),
    SEAL_GAP(Side.INTEGRITY),
    SEAL_CHAIN(Side.INTEGRITY),
    SEAL_ORDER(Side.INTEGRITY),
    SEAL_COUNTERS(Side.INTEGRITY),
    TAIL_CUT(Side.INTEGRITY),
    HEAD_OTHER(Side.INTEGRITY),
    SOURCE_MISSING(Side.INTEGRITY),
    CONTENTS_OTHER(Side.INTEGRITY),
    SILENCE(Side.COMPLETENESS),
    RECONCILIATION_GAP(Side.COMPLETENESS),
    RECONCILIATION_SILENCE(Side.COMPLETENESS),
    PENDING_OLD(Side.COMPLETENESS);

    private final Side side;

    Code(Side side) {
        this.side = side;
    }

    /** As it is printed: {@code object_altered}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Which verdict it spoils. */
    public Side side() {
        return side;
    }

    /** The two verdicts. */
    public enum Side {
        /** Is what is here what was sealed? */
        INTEGRITY,
        /** Is everything here that should be? */
        COMPLETENESS
    }
}
