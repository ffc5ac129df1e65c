package dev.daypass.audit.parse;

/**
 * Reads one line of JSON (RFC 8259, and nothing beyond it) value by value. Most of a line is passed over, so nothing is made of what is
 * not asked for. After a fault it is of no more use. For one thread.
 */
final class JsonLine {
    static final String CUT_SHORT = "JSON cut short";
    static final String MALFORMED = "malformed JSON";
    static final String BEYOND = "JSON beyond its bounds";

    /** Deeper than any source writes; passing over is recursive, so this bounds the stack as well. */
    private static final int DEPTH = 64;

    private static final int LONGEST_NAME = 50_000;
    private static final int LONGEST_NUMBER = 1_000;

    private final String line;
    /** The line and a NUL, at which everything stops. */
    private final char[] text;

    private final int length;
    private int at;
    private int depth;

    // The name read last: where it stands if it has no escapes, and its text otherwise.
    private int nameStart;
    private int nameEnd;
    private String decodedName = "";
    private boolean decoded;
    private int nameHash;

    JsonLine(String line) {
        this.line = line;
        this.length = line.length();
        this.text = new char[length + 1];
        line.getChars(0, length, text, 0);
    }

    /** The first character of the next value, which is not taken yet. */
    char peek() throws LineFault {
        char c = text[at];
        while (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            c = text[++at];
        }
        if (at == length) {
            throw new LineFault(CUT_SHORT);
        }
        return c;
    }

    /** Whether there is nothing more. */
    boolean isAtEnd() {
        int i = at;
        while (i < length && (text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r')) {
            i++;
        }
        return i == length;
    }

    /** Takes the brace or bracket that opens; whether anything is inside. */
    boolean open(char close) throws LineFault {
        at++;
        depth++;
        if (depth > DEPTH) {
            throw new LineFault(BEYOND);
        }
        return peek() != close || !closed();
    }

    /** Takes the comma after a value, or what closes; whether another value follows. */
    boolean more(char close) throws LineFault {
        char c = peek();
        if (c == ',') {
            at++;
            return true;
        }
        if (c != close) {
            throw new LineFault(MALFORMED);
        }
        return !closed();
    }

    private boolean closed() {
        at++;
        depth--;
        return true;
    }

    /** Takes a member's name and its colon. */
    void name() throws LineFault {
        if (peek() != '"') {
            throw new LineFault(MALFORMED);
        }
        int start = ++at;
        int hash = 0;
        char c = text[at];
        while (isPlain(c)) {
            hash = 31 * hash + c;
            c = text[++at];
        }
        decoded = c != '"';
        if (decoded) {
            decodedName = rest(start);
            hash = decodedName.hashCode();
        } else {
            nameStart = start;
            nameEnd = at++;
        }
        nameHash = hash;
        if (at - start > LONGEST_NAME) {
            throw new LineFault(BEYOND);
        }
        if (peek() != ':') {
            throw new LineFault(MALFORMED);
        }
        at++;
    }

    /** The name's {@link String#hashCode}. */
    int nameHash() {
        return nameHash;
    }

    boolean nameIs(String name) {
        return decoded
                ? decodedName.equals(name)
                : nameEnd - nameStart == name.length() && line.startsWith(name, nameStart);
    }

    /** Takes a string. */
    String string() throws LineFault {
        int start = ++at;
        char c = text[at];
        while (isPlain(c)) {
            c = text[++at];
        }
        return c == '"' ? line.substring(start, at++) : rest(start);
    }

    /** Takes the rest of a string that has an escape, or a fault, at {@code at}. */
    private String rest(int start) throws LineFault {
        int end = at;
        skipStringFrom();
        // No escape is shorter than what it stands for.
        var out = new char[at - 1 - start];
        line.getChars(start, end, out, 0);
        int size = end - start;
        for (int i = end; i < at - 1; i++) {
            char c = text[i];
            if (c == '\\') {
                c = text[++i];
                switch (c) {
                    case 'b' -> c = '\b';
                    case 'f' -> c = '\f';
                    case 'n' -> c = '\n';
                    case 'r' -> c = '\r';
                    case 't' -> c = '\t';
                    case 'u' -> {
                        c = (char) Integer.parseInt(line, i + 1, i + 5, 16);
                        i += 4;
                    }
                    default -> {} // itself
                }
            }
            out[size++] = c;
        }
        return new String(out, 0, size);
    }

    /** Past the quote that ends the string that {@code at} is in. */
    private void skipStringFrom() throws LineFault {
        var units = text;
        int i = at;
        while (true) {
            char c = units[i];
            while (isPlain(c)) {
                c = units[++i];
            }
            if (c == '"') {
                at = i + 1;
                return;
            }
            if (c != '\\') {
                throw new LineFault(i == length ? CUT_SHORT : MALFORMED);
            }
            i = afterEscape(i + 1);
        }
    }

    private int afterEscape(int i) throws LineFault {
        return switch (text[i]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> i + 1;
            case 'u' -> afterHex(i + 1);
            default -> throw new LineFault(i >= length ? CUT_SHORT : MALFORMED);
        };
    }

    private int afterHex(int first) throws LineFault {
        for (int i = first; i < first + 4; i++) {
            char c = i < length ? text[i] : 0;
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F')) {
                throw new LineFault(i >= length ? CUT_SHORT : MALFORMED);
            }
        }
        return first + 4;
    }

    /** Takes a number; whether it is a whole one, without fraction and exponent. */
    boolean number() throws LineFault {
        int start = at;
        if (text[at] == '-') {
            at++;
        }
        if (text[at] == '0') {
            at++;
        } else {
            digits();
        }
        boolean whole = true;
        if (text[at] == '.') {
            whole = false;
            at++;
            digits();
        }
        if (text[at] == 'e' || text[at] == 'E') {
            whole = false;
            at++;
            if (text[at] == '+' || text[at] == '-') {
                at++;
            }
            digits();
        }
        if (at - start > LONGEST_NUMBER) {
            throw new LineFault(BEYOND);
        }
        char c = text[at];
        if (at < length && c != ',' && c != '}' && c != ']' && c != ' ' && c != '\n' && c != '\t' && c != '\r') {
            throw new LineFault(MALFORMED);
        }
        return whole;
    }

    private void digits() throws LineFault {
        int start = at;
        while (text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        if (at == start) {
            throw new LineFault(at == length ? CUT_SHORT : MALFORMED);
        }
    }

    /** Where the next value begins or the last one ended. */
    int position() {
        return at;
    }

    String since(int start) {
        return line.substring(start, at);
    }

    /** Passes over a value, which has to be one all the same. */
    void skip() throws LineFault {
        switch (peek()) {
            case '"' -> {
                at++;
                skipStringFrom();
            }
            case '{' -> {
                for (boolean more = open('}'); more; more = more('}')) {
                    name();
                    skip();
                }
            }
            case '[' -> {
                for (boolean more = open(']'); more; more = more(']')) {
                    skip();
                }
            }
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        }
    }

    private void word(String word) throws LineFault {
        if (!line.startsWith(word, at)
                || Character.isJavaIdentifierPart(text[at + word.length()]) && at + word.length() < length) {
            throw new LineFault(MALFORMED);
        }
        at += word.length();
    }

    /** Whether this neither ends a string nor begins an escape, nor is forbidden in one. */
    private static boolean isPlain(char c) {
        return c != '"' && c != '\\' && c >= 0x20;
    }
}
