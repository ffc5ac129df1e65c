package dev.daypass.audit.reconcile;

import dev.daypass.digest.Sha256;

/** The keyed digest by which a record names the text of its log event. Thread-safe. */
@FunctionalInterface
public interface MessageDigests {
    /** Of the text as its log group has it. */
    Sha256 of(String text);
}
