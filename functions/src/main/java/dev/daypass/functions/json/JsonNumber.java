package dev.daypass.functions.json;

/**
 * A number as it was written, so that nothing is rounded or expanded before somebody says what range and fineness
 * it may have ({@code 1e-999999999} is twelve characters).
 *
 * @param lexeme a number of RFC 8259 §6
 */
public record JsonNumber(String lexeme) {
    @Override
    public String toString() {
        return lexeme;
    }
}
