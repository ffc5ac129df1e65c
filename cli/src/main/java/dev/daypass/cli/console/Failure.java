package dev.daypass.cli.console;

/** A command's end other than success: one paragraph for the person, and an exit code. It holds nothing secret. */
public final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String code;
    private final boolean retryable;

    private Failure(int exitCode, String code, boolean retryable, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
        this.code = code;
        this.retryable = retryable;
    }

    /** It could not be done, and doing it again unchanged would not help. */
    public static Failure couldNot(String message) {
        return new Failure(ExitCode.COULD_NOT, "", false, message);
    }

    /** The endpoint did not answer; whether it did what was asked is not known. */
    public static Failure unanswered(String message) {
        return new Failure(ExitCode.COULD_NOT, "", true, message);
    }

    /** The command line or a setting is not what is expected. */
    public static Failure usage(String message) {
        return new Failure(ExitCode.USAGE, "", false, message);
    }

    /** The endpoint answered with a problem. */
    public static Failure problem(int exitCode, String code, boolean retryable, String message) {
        return new Failure(exitCode, code, retryable, message);
    }

    /** A command that {@code exec} was to run cannot be. */
    public static Failure command(int exitCode, String message) {
        return new Failure(exitCode, "", false, message);
    }

    public int exitCode() {
        return exitCode;
    }

    /** The problem's code (docs/api.md), or nothing when the failure did not come from the endpoint. */
    public String code() {
        return code;
    }

    public boolean retryable() {
        return retryable;
    }

    /** The paragraph. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
