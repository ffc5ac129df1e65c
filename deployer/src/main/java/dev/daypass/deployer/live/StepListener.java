package dev.daypass.deployer.live;

/** Is told of every step of an apply. No text holds a secret. */
@FunctionalInterface
public interface StepListener {
    /**
     * A statement is about to run.
     *
     * @param number 1 for the first of its change
     * @param of how many there are in this change
     */
    void step(int number, int of, String statement);
}
