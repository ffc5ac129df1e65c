package dev.daypass.functions.policy;

/** What policy said. */
public sealed interface Decision {
    /** Yes, so far. */
    record Granted(Grant grant) implements Decision {}

    /** No. */
    record Refused(Refusal refusal) implements Decision {}
}
