package dev.daypass.audit.parse;

/**
 * Comma-separated fields as PostgreSQL and pgaudit write them: a field in double quotes may hold anything, a quote doubled; one
 * without holds neither quotes nor line breaks. For one thread, from the first field to the last.
 */
final class CsvFields {
    private final String text;
    private int at;

    CsvFields(String text, int from) {
        this.text = text;
        this.at = from;
    }

    boolean hasNext() {
        return at <= text.length();
    }

    /** @throws LineFault if there is no further field, or it is not one */
    String next() throws LineFault {
        if (!hasNext()) {
            throw new LineFault("too few fields");
        }
        return at < text.length() && text.charAt(at) == '"' ? quoted() : plain();
    }

    private String plain() throws LineFault {
        int end = at;
        for (; end < text.length() && text.charAt(end) != ','; end++) {
            char c = text.charAt(end);
            if (c == '"' || c == '\n' || c == '\r') {
                throw new LineFault("a quote or line break in a field without quotes");
            }
        }
        String field = text.substring(at, end);
        at = end + 1;
        return field;
    }

    private String quoted() throws LineFault {
        int begin = at + 1;
        StringBuilder unquoted = null;
        while (true) {
            int quote = text.indexOf('"', begin);
            if (quote < 0) {
                throw new LineFault("a quoted field without an end");
            }
            if (quote + 1 < text.length() && text.charAt(quote + 1) == '"') {
                unquoted = unquoted == null ? new StringBuilder(text.length() - at) : unquoted;
                unquoted.append(text, begin, quote + 1);
                begin = quote + 2;
                continue;
            }
            if (quote + 1 < text.length() && text.charAt(quote + 1) != ',') {
                throw new LineFault("text after a closing quote");
            }
            at = quote + 2;
            return unquoted == null
                    ? text.substring(begin, quote)
                    : unquoted.append(text, begin, quote).toString();
        }
    }
}
