package dev.daypass.audit.verify;

/** Is told how far a check is, a few times a second, from the thread that called {@link Verifier#verify}. */
@FunctionalInterface
public interface Progress {
    /** Nobody listens. */
    Progress NONE = (objects, bytes) -> {};

    /**
     * @param objects seals and objects read so far
     * @param bytes of them
     */
    void of(long objects, long bytes);
}
