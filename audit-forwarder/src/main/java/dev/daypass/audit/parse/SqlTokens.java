package dev.daypass.audit.parse;

import java.util.Locale;

/**
 * The words of a SQL text, so far as telling one verb from another needs it: comments and what is inside of strings are passed over.
 * A string or comment without an end goes to the end of the text. Linear; for one thread.
 */
final class SqlTokens {
    /** Whose SQL it is. */
    enum Dialect {
        POSTGRESQL,
        /** Backslashes escape in strings, names stand in backquotes, {@code #} begins a comment. */
        MARIADB
    }

    enum Token {
        WORD,
        /** A name in quotes. */
        NAME,
        STRING,
        SYMBOL,
        END
    }

    private final String sql;
    private final Dialect dialect;
    private Token token = Token.SYMBOL;
    private int begin;
    private int end;

    SqlTokens(String sql, Dialect dialect) {
        this.sql = sql;
        this.dialect = dialect;
    }

    Token token() {
        return token;
    }

    /** Whether the token is this keyword, which is given in upper case. */
    boolean is(String keyword) {
        return token == Token.WORD
                && end - begin == keyword.length()
                && sql.regionMatches(true, begin, keyword, 0, keyword.length());
    }

    boolean is(char symbol) {
        return token == Token.SYMBOL && sql.charAt(begin) == symbol;
    }

    /** The word in upper case; empty if the token is no word or longer than any keyword that matters. */
    String keyword() {
        return token == Token.WORD && end - begin <= 16
                ? sql.substring(begin, end).toUpperCase(Locale.ROOT)
                : "";
    }

    /** The name that the token is, as the server takes it; empty if it is none. */
    String name() {
        return switch (token) {
            // Unquoted names are folded to lower case by PostgreSQL, and are no session's login elsewhere either way.
            case WORD -> sql.substring(begin, end).toLowerCase(Locale.ROOT);
            case NAME, STRING -> unquoted();
            case SYMBOL, END -> "";
        };
    }

    Token next() {
        begin = end;
        while (true) {
            if (begin >= sql.length()) {
                end = sql.length();
                token = Token.END;
                return token;
            }
            char c = sql.charAt(begin);
            char after = begin + 1 < sql.length() ? sql.charAt(begin + 1) : 0;
            if (c <= ' ') {
                begin++;
            } else if (c == '-' && after == '-' || c == '#' && dialect == Dialect.MARIADB) {
                int line = sql.indexOf('\n', begin);
                begin = line < 0 ? sql.length() : line + 1;
            } else if (c == '/' && after == '*' && !isExecuted()) {
                begin = afterComment();
            } else {
                token = take(c, after);
                return token;
            }
        }
    }

    private Token take(char c, char after) {
        if (c == '\'') {
            return quoted(begin, '\'', dialect == Dialect.MARIADB, Token.STRING);
        }
        if (c == '"' || c == '`' && dialect == Dialect.MARIADB) {
            return quoted(begin, c, c == '"' && dialect == Dialect.MARIADB, Token.NAME);
        }
        if (c == '$' && dialect == Dialect.POSTGRESQL) {
            return dollar();
        }
        if (isWord(c)) {
            if ((c == 'e' || c == 'E') && after == '\'' && dialect == Dialect.POSTGRESQL) {
                return quoted(begin + 1, '\'', true, Token.STRING);
            }
            end = begin + 1;
            while (end < sql.length() && (isWord(sql.charAt(end)) || sql.charAt(end) == '$')) {
                end++;
            }
            return Token.WORD;
        }
        end = begin + 1;
        return Token.SYMBOL;
    }

    private Token quoted(int quote, char mark, boolean backslashes, Token kind) {
        end = quote + 1;
        while (end < sql.length()) {
            char c = sql.charAt(end);
            if (c == mark) {
                if (end + 1 < sql.length() && sql.charAt(end + 1) == mark) {
                    end += 2;
                    continue;
                }
                end++;
                return kind;
            }
            end += c == '\\' && backslashes ? 2 : 1;
        }
        end = sql.length();
        return kind;
    }

    /** {@code $tag$ … $tag$}, or a parameter such as {@code $1}, which is a symbol. */
    private Token dollar() {
        int tagEnd = begin + 1;
        while (tagEnd < sql.length() && isWord(sql.charAt(tagEnd))) {
            tagEnd++;
        }
        boolean isTag = tagEnd < sql.length()
                && sql.charAt(tagEnd) == '$'
                && (tagEnd == begin + 1 || !Character.isDigit(sql.charAt(begin + 1)));
        if (!isTag) {
            end = tagEnd;
            return Token.SYMBOL;
        }
        String tag = sql.substring(begin, tagEnd + 1);
        int close = sql.indexOf(tag, tagEnd + 1);
        end = close < 0 ? sql.length() : close + tag.length();
        return Token.STRING;
    }

    /** MariaDB runs what stands in {@code /*! … *}{@code /} and {@code /*M! … *}{@code /}: it is no comment. */
    private boolean isExecuted() {
        return dialect == Dialect.MARIADB && (sql.startsWith("!", begin + 2) || sql.startsWith("M!", begin + 2));
    }

    private int afterComment() {
        int depth = 1;
        int at = begin + 2;
        while (at < sql.length() && depth > 0) {
            if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else if (dialect == Dialect.POSTGRESQL && sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else {
                at++;
            }
        }
        return at;
    }

    private String unquoted() {
        char mark = sql.charAt(begin);
        int last = end - begin >= 2 && sql.charAt(end - 1) == mark ? end - 1 : end;
        String inside = sql.substring(begin + 1, Math.max(begin + 1, last));
        return inside.indexOf(mark) < 0 ? inside : inside.replace("" + mark + mark, String.valueOf(mark));
    }

    private static boolean isWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80;
    }
}
