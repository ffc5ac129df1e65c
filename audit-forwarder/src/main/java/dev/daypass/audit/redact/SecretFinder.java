package dev.daypass.audit.redact;

import dev.daypass.audit.redact.Redaction.Rule;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds passwords, verifiers, tokens and keys by the words that announce them. Of one thread at a time.
 *
 * <p>Every word has two neighbouring pairs of characters that are rare in logs. Every second pair of the text is looked
 * up, so that one of the two is met wherever the word stands.
 */
final class SecretFinder {
    /** A word that announces a secret, and where its two rare pairs are. */
    private enum Word {
        PASSWORD("password", 3, true),
        PASSWD("passwd", 3, true),
        PWD("pwd", 0, true),
        IDENTIFIED("identified", 5, true),
        CVV("cvv", 0, true),
        CVC("cvc", 0, true),
        CVN("cvn", 0, true),
        CV2("cv2", 0, true),
        SCRAM("SCRAM-SHA-256$", 3),
        MD5("md5", 0),
        JWT("eyJ", 0),
        VAULT_SERVICE("hvs.", 0),
        VAULT_BATCH("hvb.", 0),
        VAULT_RECOVERY("hvr.", 0),
        OLD_SERVICE("s.", 0),
        OLD_BATCH("b.", 0),
        OLD_RECOVERY("r.", 0),
        HANDLE("dph_", 1),
        PRIVATE_KEY("PRIVATE KEY", 2),
        URL("://", 0),
        URL_IN_JSON(":\\/\\/", 1);

        final String text;
        final int rare;
        final boolean anyCase;

        Word(String text, int rare) {
            this(text, rare, false);
        }

        Word(String text, int rare, boolean anyCase) {
            this.text = text;
            this.rare = rare;
            this.anyCase = anyCase;
        }
    }

    private record Hint(Word word, int offset) {}

    private static final String TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final byte[] PAIRS = new byte[1 << 14];
    private static final Hint[][] HINTS;

    static {
        var hints = new ArrayList<List<Hint>>();
        hints.add(List.of());
        for (var word : Word.values()) {
            for (int offset = word.rare; offset < word.rare + 2; offset++) {
                char first = word.text.charAt(offset);
                boolean last = offset + 1 == word.text.length();
                for (char second : last ? TOKEN.toCharArray() : new char[] {word.text.charAt(offset + 1)}) {
                    for (char a : cases(first, word)) {
                        for (char b : last ? new char[] {second} : cases(second, word)) {
                            int pair = pair(a, b);
                            if (PAIRS[pair] == 0) {
                                PAIRS[pair] = (byte) hints.size();
                                hints.add(List.of());
                            }
                            var all = new ArrayList<>(hints.get(PAIRS[pair] & 0xff));
                            all.add(new Hint(word, offset));
                            hints.set(PAIRS[pair] & 0xff, all);
                        }
                    }
                }
            }
        }
        HINTS = hints.stream().map(h -> h.toArray(Hint[]::new)).toArray(Hint[][]::new);
    }

    private static char[] cases(char c, Word word) {
        return word.anyCase && Character.isLetter(c)
                ? new char[] {Character.toLowerCase(c), Character.toUpperCase(c)}
                : new char[] {c};
    }

    private static int pair(int a, int b) {
        return (a & 0x7f) << 7 | b & 0x7f;
    }

    private static final int LONGEST_USER_INFO = 1024;
    private static final int HANDLE_LENGTH = 43;

    private final Spans spans = new Spans();
    private char[] text = {};
    private int limit;
    private int noTokenBefore;
    private long steps;

    Spans spans() {
        return spans;
    }

    /** How many units were looked at after a hint so far; for tests of the time that a text can cost. */
    long steps() {
        return steps;
    }

    /** {@code newText} has at least one more unit than {@code length}. */
    void find(char[] newText, int length) {
        text = newText;
        limit = length;
        noTokenBefore = 0;
        spans.clear();
        var units = newText;
        var pairs = PAIRS;
        int i = 0;
        while (i < length) {
            int hint = pairs[(units[i] & 0x7f) << 7 | units[i + 1] & 0x7f];
            if (hint == 0) {
                i += 2;
            } else {
                i = Math.max(i + 2, look(i, HINTS[hint & 0xff]));
            }
        }
    }

    /** Where to go on; 0 if there was nothing. */
    private int look(int at, Hint[] hints) {
        for (var hint : hints) {
            int start = at - hint.offset;
            if (start >= spans.lastEnd() && isAt(start, hint.word)) {
                int end = announced(hint.word, start, start + hint.word.text.length());
                if (end > 0) {
                    return end;
                }
            }
        }
        return 0;
    }

    private boolean isAt(int start, Word word) {
        var expected = word.text;
        if (start + expected.length() > limit) {
            return false;
        }
        for (int i = 0; i < expected.length(); i++) {
            char c = text[start + i];
            if (c != expected.charAt(i)
                    && !(word.anyCase && c < 0x80 && Character.toLowerCase(c) == expected.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Adds what the word announces; where to go on, 0 if that is nothing. */
    private int announced(Word word, int start, int end) {
        return switch (word) {
            case PASSWORD, PASSWD, PWD -> password(end);
            case IDENTIFIED -> identified(end);
            case CVV, CVC, CVN, CV2 -> cvv(end);
            case SCRAM -> scram(start, end);
            case MD5 -> md5(start, end);
            case JWT -> jwt(start);
            case VAULT_SERVICE, VAULT_BATCH, VAULT_RECOVERY -> vault(start, end);
            case OLD_SERVICE, OLD_BATCH, OLD_RECOVERY -> oldVault(start, end);
            case HANDLE -> handle(start, end);
            case PRIVATE_KEY -> privateKey(start, end);
            case URL, URL_IN_JSON -> userInfo(end);
        };
    }

    // Passwords

    /** {@code PASSWORD 'x'}, {@code PASSWORD('x')}, {@code "password":"x"}, {@code password=x}, {@code password = 'x'}. */
    private int password(int end) {
        int p = end;
        while (p < limit && isDigit(text[p]) && p - end < 4) {
            p++;
        }
        int afterKey = quote(p);
        boolean quotedKey = afterKey > p;
        p = space(afterKey);
        boolean spaced = p > afterKey;
        char c = at(p);
        if (c == ':' || c == '=') {
            int value = p + 1;
            if (c == ':' && at(value) == '=' || c == '=' && at(value) == '>') {
                value++;
            }
            int afterSpace = space(value);
            int quoted = literal(afterSpace, true, Rule.PASSWORD);
            if (quoted > 0) {
                return quoted;
            }
            if (isWord(afterSpace, "PASSWORD")) {
                return 0; // MySQL's SET PASSWORD = PASSWORD('x') announces itself
            }
            return c == '=' && !spaced && !quotedKey && afterSpace == value ? bare(value) : 0;
        }
        if (quotedKey) {
            return 0;
        }
        boolean call = c == '(';
        if (call) {
            p = space(p + 1);
        } else if (!spaced) {
            return c == '\'' ? literal(p, false, Rule.PASSWORD) : 0;
        }
        return isLiteralStart(p) ? literal(p, call, Rule.PASSWORD) : 0;
    }

    private boolean isLiteralStart(int p) {
        char c = at(p);
        return c == '\'' || c == '\\' || c == '"' || c == '$' || c == 'E' || c == 'e' || c == 'U' || c == 'u'
                || c == 'N';
    }

    /** MySQL and MariaDB: {@code IDENTIFIED [WITH|VIA plugin] BY|AS|USING [PASSWORD] 'x'}, several joined by {@code OR}. */
    private int identified(int end) {
        int p = end;
        int result = 0;
        boolean secret = false;
        for (int word = 0; word < 24; word++) {
            p = space(p);
            if (at(p) == '(' || at(p) == ')' || at(p) == ',') {
                p++;
                continue;
            }
            int from = p;
            while (p < limit && (isAlphanumeric(text[p]) || text[p] == '_') && p - from < 64) {
                p++;
            }
            if (p > from) {
                secret = secret && isWord(from, "PASSWORD")
                        || isWord(from, "BY")
                        || isWord(from, "AS")
                        || isWord(from, "USING")
                        || isWord(from, "REPLACE");
                continue;
            }
            int quoted = secret ? literal(p, true, Rule.PASSWORD) : literalEnd(p, true);
            if (quoted <= 0) {
                return result;
            }
            if (secret) {
                result = quoted;
            }
            p = quoted;
            secret = false;
        }
        return result;
    }

    /**
     * A literal at {@code p}: adds its content unless that is clean already.
     *
     * @param escapes whether a backslash before a quote keeps it from ending the literal
     * @return where it ends; 0 if there is none
     */
    private int literal(int p, boolean escapes, Rule rule) {
        int end = literalEnd(p, escapes);
        if (end > 0 && !isClean(contentStart, contentEnd)) {
            boolean scram = isTextAt(contentStart, "SCRAM-SHA-256$");
            spans.add(contentStart, contentEnd, scram ? Rule.SCRAM : rule);
        }
        return end;
    }

    private int contentStart;
    private int contentEnd;

    private int literalEnd(int from, boolean mayEscape) {
        boolean escapes = mayEscape;
        int p = from;
        char prefix = at(p);
        if (prefix == 'E' || prefix == 'e') {
            escapes = true;
            p++;
        } else if (prefix == 'N') {
            p++;
        } else if ((prefix == 'U' || prefix == 'u') && at(p + 1) == '&') {
            p += 2;
        } else if (prefix == '$') {
            return dollarLiteralEnd(p);
        }
        int backslashes = 0;
        while (at(p) == '\\' && backslashes < 32) {
            backslashes++;
            p++;
        }
        char quote = at(p);
        if (quote != '\'' && quote != '"') {
            return 0;
        }
        int open = 0;
        while (at(p) == quote && open < 8) {
            open++;
            p++;
        }
        // 'x' opens with one quote; inside another literal it is ''x''; and '' before anything else is empty.
        if (open % 2 == 0 && !isInside(at(p))) {
            contentStart = contentEnd = p - open / 2;
            return p;
        }
        contentStart = p;
        int slashesBefore = 0;
        while (p < limit) {
            steps++;
            char c = text[p];
            if (c == '\\') {
                slashesBefore++;
                p++;
                continue;
            }
            if (c != quote) {
                slashesBefore = 0;
                p++;
                continue;
            }
            int run = 1;
            while (at(p + run) == quote && slashesBefore == backslashes && backslashes == 0) {
                run++;
            }
            boolean closes = quote == '"' || backslashes > 0
                    ? closesAt(slashesBefore, backslashes)
                    : (run / open) % 2 == 1 && !(escapes && slashesBefore > 0) || run < open;
            if (closes) {
                int width = backslashes > 0 ? backslashes : 0;
                int close = backslashes > 0 ? 1 : Math.min(run, open);
                contentEnd = Math.max(contentStart, p + run - close - width);
                return p + run;
            }
            p += run;
            slashesBefore = 0;
        }
        // Cut off by the log: everything there is belongs to it.
        contentEnd = limit;
        return limit;
    }

    /** At a depth of escaping a quote stands after n backslashes; inside the literal after n + (n+1), at its end after n + 2k(n+1). */
    private static boolean closesAt(int slashes, int opening) {
        return slashes <= opening || (slashes - opening) / (opening + 1) % 2 == 0;
    }

    private static boolean isInside(char c) {
        return c > ' ' && ";,)}]\\".indexOf(c) < 0;
    }

    private int dollarLiteralEnd(int from) {
        int p = from + 1;
        while (isAlphanumeric(at(p)) && p - from < 64 || at(p) == '_') {
            p++;
        }
        if (at(p) != '$' || isDigit(at(from + 1))) {
            return 0;
        }
        int size = p + 1 - from;
        contentStart = p + 1;
        for (int i = contentStart; i + size <= limit; i++) {
            steps++;
            int same = 0;
            while (same < size && text[i + same] == text[from + same]) {
                same++;
            }
            if (same == size) {
                contentEnd = i;
                return i + size;
            }
        }
        contentEnd = limit;
        return limit;
    }

    /** The unquoted value of libpq, JDBC, ADO and URL parameters. */
    private int bare(int from) {
        int p = from;
        while (p < limit && text[p] > ' ' && "&;'\"`".indexOf(text[p]) < 0) {
            steps++;
            if (text[p] == '\\') {
                if (at(p + 1) != '\\') {
                    break;
                }
                p++;
            }
            p++;
        }
        p = Math.min(p, limit);
        if (p == from || isClean(from, p)) {
            return p == from ? 0 : p;
        }
        int end = p;
        while (end > from && ",)]}.".indexOf(text[end - 1]) >= 0) {
            end--;
        }
        if (end == from || isClean(from, end)) {
            return p;
        }
        spans.add(from, end, Rule.PASSWORD);
        return end;
    }

    /** RFC 3986 §3.2.1: {@code scheme://user:password@host}. */
    private int userInfo(int from) {
        int colon = -1;
        int at = -1;
        int p = from;
        while (p < limit && p - from < LONGEST_USER_INFO && text[p] > ' ' && "/?#'\"<>\\".indexOf(text[p]) < 0) {
            steps++;
            if (text[p] == ':' && colon < 0) {
                colon = p;
            } else if (text[p] == '@') {
                at = p;
            }
            p++;
        }
        if (colon < 0 || at <= colon + 1 || isClean(colon + 1, at)) {
            return 0;
        }
        spans.add(colon + 1, at, Rule.PASSWORD);
        return at;
    }

    /** What databases print instead of a secret, what Vault prints, parameters, and our own markers. */
    private boolean isClean(int from, int to) {
        int length = to - from;
        if (length == 0) {
            return true;
        }
        char first = text[from];
        if (first == '<') {
            return isTextAt(from, "<REDACTED>") && length == 10;
        }
        if (first == '[') {
            for (var rule : Rule.values()) {
                var marker = Spans.marker(rule);
                if (length == marker.length() && isTextAt(from, marker)) {
                    return true;
                }
            }
            return false;
        }
        if (first == 'h' && isTextAt(from, "hmac-sha256:")) {
            return length == 76 && hexEnd(from + 12) == to;
        }
        boolean stars = true;
        boolean parameter = first == '$' && length > 1;
        for (int i = from; i < to && (stars || parameter); i++) {
            stars &= text[i] == '*';
            parameter &= i == from || isDigit(text[i]);
        }
        return stars || parameter || length == 1 && first == '?';
    }

    // Verification values that are named

    private int cvv(int end) {
        int p = end;
        if (at(p) == '2') {
            p++;
        }
        p = quote(p);
        p = space(p);
        if (at(p) == ':' || at(p) == '=') {
            p++;
        } else if (p == end) {
            return 0;
        }
        p = quote(space(p));
        int from = p;
        while (isDigit(at(p)) && p - from < 5) {
            p++;
        }
        if (p - from < 3 || p - from > 4 || isAlphanumeric(at(p))) {
            return 0;
        }
        spans.add(from, p, Rule.CVV);
        return p;
    }

    // Verifiers and tokens

    /** RFC 5803 §2: {@code SCRAM-SHA-256$iterations:salt$stored key:server key}. */
    private int scram(int start, int end) {
        int p = end;
        int parts = 0;
        while (p < limit
                && (isBase64(text[p]) || text[p] == ':' || text[p] == '$' || text[p] == '\\' && at(p + 1) == '/')) {
            steps++;
            parts += text[p] == ':' || text[p] == '$' ? 1 : 0;
            p++;
        }
        if (parts < 3) {
            return p;
        }
        spans.add(start, p, Rule.SCRAM);
        return p;
    }

    /** PostgreSQL's older verifier: md5 and 32 hexadecimal digits. */
    private int md5(int start, int end) {
        if (hexEnd(end) != end + 32 || isAlphanumeric(at(end + 32)) || start > 0 && isAlphanumeric(text[start - 1])) {
            return 0;
        }
        spans.add(start, end + 32, Rule.PASSWORD);
        return end + 32;
    }

    /** RFC 7515 §7.1, RFC 7516 §7.1: three or five parts in base64url, of which the first is a JSON object's. */
    private int jwt(int start) {
        if (start < noTokenBefore) {
            return 0;
        }
        int first = base64UrlEnd(start);
        int second = at(first) == '.' ? base64UrlEnd(first + 1) : first;
        if (first - start < 10 || second - first < 3 || at(second) != '.') {
            noTokenBefore = first;
            return 0;
        }
        int end = base64UrlEnd(second + 1);
        for (int more = 0; more < 2 && at(end) == '.' && base64UrlEnd(end + 1) > end + 1; more++) {
            end = base64UrlEnd(end + 1);
        }
        spans.add(start, end, Rule.JWT);
        return end;
    }

    private int vault(int start, int end) {
        int p = base64UrlEnd(end);
        if (p - end < 24) {
            return 0;
        }
        spans.add(start, p, Rule.VAULT_TOKEN);
        return p;
    }

    /**
     * Tokens of OpenBao and of Vault before 1.10: a letter, a dot and 24 letters and digits, perhaps a dot and a namespace.
     * Longer ones need a digit and letters of both cases, or a column of a table {@code s} would be one.
     */
    private int oldVault(int start, int end) {
        if (start > 0 && (isAlphanumeric(text[start - 1]) || text[start - 1] == '_' || text[start - 1] == '.')) {
            boolean escaped = start > 1 && text[start - 2] == '\\' && "nrt".indexOf(text[start - 1]) >= 0;
            if (!escaped) {
                return 0;
            }
        }
        int p = end;
        boolean digit = false;
        boolean upper = false;
        boolean lower = false;
        boolean batch = text[start] == 'b';
        while (p < limit && (isAlphanumeric(text[p]) || batch && (text[p] == '-' || text[p] == '_'))) {
            steps++;
            digit |= isDigit(text[p]);
            upper |= text[p] <= 'Z' && text[p] >= 'A';
            lower |= text[p] >= 'a';
            p++;
        }
        int length = p - end;
        if (length < 24
                || at(p) == '_'
                || at(p) == '('
                || !(digit && upper && lower || length == 24 && upper && lower)) {
            return 0;
        }
        if (at(p) == '.' && isAlphanumeric(at(p + 1))) {
            int namespace = p + 1;
            while (isAlphanumeric(at(namespace)) && namespace - p <= 12) {
                namespace++;
            }
            p = namespace;
        }
        spans.add(start, p, Rule.VAULT_TOKEN);
        return p;
    }

    /** A session's handle; whoever has it can end that session. */
    private int handle(int start, int end) {
        int p = base64UrlEnd(end);
        if (p - end < HANDLE_LENGTH) {
            return 0;
        }
        spans.add(start, p, Rule.PASSWORD);
        return p;
    }

    /** RFC 7468: from the line that begins it to the line that ends it, or all that is left. */
    private int privateKey(int word, int end) {
        int begin = -1;
        for (int i = word - 1; i >= Math.max(0, word - 40) && begin < 0; i--) {
            if (isTextAt(i, "-----BEGIN ")) {
                begin = i;
            }
        }
        if (begin < spans.lastEnd() || begin < 0 || !isTextAt(end, "-----") && !isTextAt(end, " BLOCK-----")) {
            return 0;
        }
        int p = end + 5;
        while (p < limit && !isTextAt(p, "-----END ")) {
            steps++;
            p++;
        }
        if (p < limit) {
            int stop = Math.min(limit, p + 60);
            p += 9;
            while (p < stop && !isTextAt(p, "-----")) {
                p++;
            }
            p = Math.min(limit, p + 5);
        }
        spans.add(begin, p, Rule.PRIVATE_KEY);
        return p;
    }

    // Reading

    private char at(int p) {
        return p < limit ? text[p] : 0;
    }

    private boolean isTextAt(int from, String expected) {
        if (from + expected.length() > limit) {
            return false;
        }
        for (int i = 0; i < expected.length(); i++) {
            if (text[from + i] != expected.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether this upper-case word stands here, in any case. */
    private boolean isWord(int from, String word) {
        for (int i = 0; i < word.length(); i++) {
            if (Character.toUpperCase(at(from + i)) != word.charAt(i)) {
                return false;
            }
        }
        return !isAlphanumeric(at(from + word.length())) && at(from + word.length()) != '_';
    }

    /** Past spaces and line breaks, also escaped ones. */
    private int space(int from) {
        int p = from;
        while (p < limit && p - from < 256) {
            char c = text[p];
            if (c == ' ' || c >= '\t' && c <= '\r' || c == 0xa0) {
                p++;
                continue;
            }
            int q = p;
            while (at(q) == '\\' && q - p < 16) {
                q++;
            }
            if (q == p || "nrt".indexOf(at(q)) < 0) {
                return p;
            }
            p = q + 1;
        }
        return p;
    }

    /** Past a quote with its backslashes, if there is one. */
    private int quote(int from) {
        int p = from;
        while (at(p) == '\\' && p - from < 32) {
            p++;
        }
        if (at(p) != '"' && at(p) != '\'' && at(p) != '`') {
            return from;
        }
        while (at(p) == '"' || at(p) == '\'' || at(p) == '`') {
            p++;
        }
        return p;
    }

    private int hexEnd(int from) {
        int p = from;
        while (p < limit && p - from < 65 && (isDigit(text[p]) || text[p] >= 'a' && text[p] <= 'f')) {
            p++;
        }
        return p;
    }

    private int base64UrlEnd(int from) {
        int p = Math.min(from, limit);
        while (p < limit && (isAlphanumeric(text[p]) || text[p] == '-' || text[p] == '_')) {
            p++;
        }
        steps += p - from;
        return p;
    }

    private static boolean isBase64(char c) {
        return isAlphanumeric(c) || c == '+' || c == '/' || c == '=';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isAlphanumeric(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }
}
