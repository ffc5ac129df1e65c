package dev.daypass.grants;

/**
 * One fault of one document.
 *
 * @param file the document, relative to the folder that was read
 * @param line 1 for the first line
 * @param column 1 for the first character
 * @param message what is wrong, and what would be accepted
 */
public record Problem(String file, int line, int column, String message) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + message;
    }
}
