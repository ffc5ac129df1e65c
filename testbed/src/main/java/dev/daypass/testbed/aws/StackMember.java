package dev.daypass.testbed.aws;

/** A function of the template, whichever part of Daypass it belongs to. */
public sealed interface StackMember permits StackFunction, RecordFunction {
    /** How the name of the output that holds its name begins. */
    String prefix();

    /** How the name of the output that holds its role's name begins. */
    String rolePrefix();
}
