package dev.daypass.deployer.rollout;

/** Is told how an apply goes on, before each step. No text holds a secret. */
public interface RolloutListener {
    /**
     * A step is about to be made.
     *
     * @param number 1 for the first of the whole apply
     * @param of how many there are
     * @param where a database's name, or {@code vault}
     */
    void step(int number, int of, String where, String what);

    /** Something that is no step: who is waited for. */
    void say(String line);
}
