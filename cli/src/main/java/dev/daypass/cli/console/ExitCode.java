package dev.daypass.cli.console;

/** What {@code --help} promises about exit codes. */
public final class ExitCode {
    public static final int OK = 0;
    /** It could not be done: something did not answer, or a file could not be used. */
    public static final int COULD_NOT = 1;

    public static final int USAGE = 2;
    /** The broker understood and said no. */
    public static final int REFUSED = 3;
    /** {@code exec}: Daypass itself failed, as env(1) and others spell it; every other code is the command's. */
    public static final int EXEC_FAILED = 125;
    /** {@code exec}: the command is there and cannot be run (POSIX.1-2024, Shell Command Language, 2.8.2). */
    public static final int CANNOT_RUN = 126;
    /** {@code exec}: the command was not found (the same clause). */
    public static final int NOT_FOUND = 127;
    /** Added to a signal's number when the command died of it. */
    public static final int SIGNAL_BASE = 128;

    private ExitCode() {}
}
