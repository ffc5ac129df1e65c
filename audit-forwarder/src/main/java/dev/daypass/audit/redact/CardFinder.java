package dev.daypass.audit.redact;

import dev.daypass.audit.redact.Redaction.Rule;
import java.util.Arrays;

/**
 * Finds card numbers, and what goes with them: track data and the verification value. Of one thread at a time.
 *
 * <p>A disguised number is at least 13 units long and every one of them is a {@link Glyph} other than OTHER. So every
 * thirteenth unit is looked at; only from one that could be part of a number the stretch around it is measured, letters
 * counting only shortly after what introduces an escape, and only a stretch with 13 digits in it, or units beyond ASCII, is
 * read.
 */
final class CardFinder {
    private static final int STRIDE = CardRanges.SHORTEST;
    private static final int LONGEST_GAP = 64;

    /** From the last introducer of an escape to its end. */
    private static final int LONGEST_ESCAPE = 10;

    private static final byte GLUED = 0;
    private static final byte DOT = 1;
    private static final byte GAP = 2;

    private static final int[] LENGTHS = {16, 15, 14, 19, 18, 17, 13};

    private final Redactor.Pseudonym pseudonym;
    private final Spans spans = new Spans();
    private final Unescape unescape = new Unescape();

    private String source = "";
    private char[] text = {};
    private int backslash;
    private int percent;
    private int ampersand;
    private int limit;
    private int segment;
    private int floor;

    // One run: digits with nothing but gaps between them.
    private byte[] digits = new byte[64];
    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private byte[] gaps = new byte[64];
    private int[] windowEnds = new int[64];
    private boolean[] taken = new boolean[64];
    private int count;

    /** Where a percent escape stands that ended the run before and could be a plain percent sign. */
    private int percentAt;

    private boolean rereading;

    /** The run that was read the other way already. */
    private int triedAt;

    private long steps;

    CardFinder(Redactor.Pseudonym pseudonym) {
        this.pseudonym = pseudonym;
    }

    Spans spans() {
        return spans;
    }

    /** How many units and windows were looked at so far; for tests of the time that a text can cost. */
    long steps() {
        return steps;
    }

    /** Between the secrets, which are replaced whole. */
    void find(String newSource, char[] newText, Spans secrets) {
        source = newSource;
        text = newText;
        int length = newSource.length();
        backslash = -1;
        percent = -1;
        ampersand = -1;
        spans.clear();
        if (length < CardRanges.SHORTEST) {
            return; // each digit takes one unit at least
        }
        int from = 0;
        for (int i = 0; i < secrets.size(); i++) {
            scan(from, secrets.start(i));
            from = secrets.end(i);
        }
        scan(from, length);
    }

    /** The same by reading every unit: what the scan has to agree with. */
    void findByReadingEverything(char[] newText, int length) {
        text = newText;
        spans.clear();
        begin(0, length);
        read(0, length);
    }

    private void begin(int from, int to) {
        limit = to;
        segment = from;
        floor = from;
        percentAt = -1;
        triedAt = -1;
        unescape.reset(text, to);
    }

    private void scan(int from, int to) {
        begin(from, to);
        var units = text;
        int i = from + STRIDE - 1;
        while (i < to) {
            byte kind = Glyph.of(units[i]);
            if (kind == Glyph.OTHER || kind == Glyph.ESCAPE_PART && !isInEscape(i)) {
                i += STRIDE;
                continue;
            }
            int heavy = 0;
            int start = i;
            int introducer = kind == Glyph.ESCAPE_PART ? i : -1 - LONGEST_ESCAPE;
            while (start > floor) {
                byte before = Glyph.of(units[start - 1]);
                if (before == Glyph.OTHER || before == Glyph.ESCAPE_PART && !isInEscape(start - 1)) {
                    break;
                }
                heavy += heavy(units[--start]);
                if (before == Glyph.INTRODUCER && introducer < start) {
                    introducer = start;
                }
            }
            int end = i;
            while (end < to) {
                byte here = Glyph.of(units[end]);
                if (here == Glyph.INTRODUCER) {
                    introducer = end;
                } else if (here == Glyph.OTHER
                        || here == Glyph.ESCAPE_PART && end - introducer > LONGEST_ESCAPE && !isPrefix(end)) {
                    break;
                }
                heavy += heavy(units[end++]);
            }
            steps += end - start;
            if (heavy >= CardRanges.SHORTEST) {
                read(start, end);
            }
            floor = Math.max(end, floor);
            i = floor + STRIDE;
        }
    }

    /** Whether a letter can be part of an escape, or the prefix of a literal; any other letter is in no number. */
    private boolean isInEscape(int at) {
        if (isPrefix(at)) {
            return true;
        }
        if (nextIntroducer() > at) {
            return false;
        }
        for (int p = at - 1; p >= segment && at - p <= LONGEST_ESCAPE; p--) {
            byte kind = Glyph.of(text[p]);
            if (kind == Glyph.INTRODUCER || kind == Glyph.OTHER) {
                return kind == Glyph.INTRODUCER;
            }
        }
        return false;
    }

    private boolean isPrefix(int at) {
        return at + 1 < limit && (text[at + 1] == '\'' || text[at + 1] == '\\' || text[at + 1] == '&');
    }

    /** The first backslash, percent sign or ampersand that is not before the floor. */
    private int nextIntroducer() {
        if (backslash < floor) {
            backslash = next('\\');
        }
        if (percent < floor) {
            percent = next('%');
        }
        if (ampersand < floor) {
            ampersand = next('&');
        }
        return Math.min(backslash, Math.min(percent, ampersand));
    }

    private int next(char c) {
        int at = source.indexOf(c, floor);
        return at < 0 ? Integer.MAX_VALUE : at;
    }

    /** 1 for what every digit, however disguised, has at least one of. */
    private static int heavy(char c) {
        return c >= '0' && c <= '9' || c >= 0x80 ? 1 : 0;
    }

    private void read(int from, int end) {
        int at = from;
        int markerEnd = ownMarkerEnd(from);
        count = 0;
        byte gap = GLUED;
        while (at < end) {
            steps++;
            if (at == markerEnd) {
                at = finishRun(at, end);
                markerEnd = -1;
                gap = GLUED;
                continue;
            }
            char c = text[at];
            int value;
            int next;
            if (c >= '0' && c <= '9') {
                value = c - '0';
                next = at + 1;
            } else {
                int kind = readUnit(at);
                next = unescape.next;
                if (kind < Glyph.SEPARATOR) {
                    at = count == 0 ? next : Math.max(finishRun(at, end), next);
                    if (c == ':') {
                        markerEnd = ownMarkerEnd(next);
                    }
                    if (c == '%' && at == next) {
                        percentAt = next - 3;
                    }
                    gap = GLUED;
                    continue;
                }
                if (kind < Glyph.DIGIT) {
                    if (count > 0) {
                        if (next - ends[count - 1] > LONGEST_GAP) {
                            at = Math.max(finishRun(at, end), next);
                            gap = GLUED;
                            continue;
                        }
                        gap = gap == GLUED && c == '.' ? DOT : GAP;
                    }
                    at = next;
                    continue;
                }
                value = kind - Glyph.DIGIT;
            }
            append(value, at, next, gap);
            gap = GLUED;
            at = next;
        }
        finishRun(at, end);
    }

    /** The kind of what is at {@code at}; {@code unescape.next} is where it ends. */
    private int readUnit(int at) {
        unescape.read(at);
        if (unescape.codePoint == '\'') {
            return readJoin(unescape.next, text[at] == '%');
        }
        if (unescape.codePoint < 0) {
            return Glyph.OTHER;
        }
        return Glyph.ofCodePoint(unescape.codePoint);
    }

    /** {@code ''}, {@code '||'}, {@code ' + N'}, {@code '<line break>'}: one literal ends, the next begins. */
    private int readJoin(int from, boolean inUrl) {
        int after = from;
        int at = from;
        while (at < limit && at - from <= LONGEST_GAP) {
            char c = text[at];
            if (c == '|' && at + 1 < limit && text[at + 1] == '|') {
                at += 2;
            } else if (c == 'E' || c == 'e' || c == 'N' || c == 'n') {
                at++;
            } else if ((c == 'U' || c == 'u') && at + 1 < limit && text[at + 1] == '&') {
                at += 2;
            } else {
                unescape.read(at);
                int codePoint = unescape.codePoint;
                if (codePoint == '\'' && inUrl == (text[at] == '%')) {
                    return Glyph.SEPARATOR;
                }
                if (codePoint != '+' && codePoint != ' ' && !(codePoint >= '\t' && codePoint <= '\r')) {
                    break;
                }
                at = unescape.next;
            }
        }
        unescape.next = after;
        return Glyph.OTHER;
    }

    private void append(int value, int start, int end, byte gap) {
        if (count + 1 >= digits.length) {
            int larger = 2 * digits.length;
            digits = Arrays.copyOf(digits, larger);
            starts = Arrays.copyOf(starts, larger);
            ends = Arrays.copyOf(ends, larger);
            gaps = Arrays.copyOf(gaps, larger);
            windowEnds = Arrays.copyOf(windowEnds, larger);
            taken = Arrays.copyOf(taken, larger);
        }
        digits[count] = (byte) value;
        starts[count] = start;
        ends[count] = end;
        gaps[count] = gap;
        count++;
    }

    /** Looks for numbers in the run; where to go on reading, not before {@code at}. */
    private int finishRun(int at, int end) {
        int all = count;
        count = 0;
        if (all + 2 < CardRanges.SHORTEST) {
            return at;
        }
        int first = afterIdentifier(all);
        int last = beforeIdentifier(first, all);
        if (!rereading
                && isAfterPercent(first)
                && !isQuote(percentAt)
                && text[starts[0]] != '%'
                && starts[0] != triedAt) {
            return readAfterPercent(percentAt, at, Math.min(at, end));
        }
        if (!rereading && first == 0 && all > 1 && beginsWithOneEscape(all)) {
            return readAfterPercent(starts[0], at, Math.min(at, end));
        }
        if (!choose(first, last)) {
            return rereading || first == last ? at : secondReading(first, all, at, end);
        }
        int windowEnd = -1;
        for (int i = first; i < last; i++) {
            if (windowEnds[i] > 0) {
                windowEnd = windowEnds[i];
                spans.add(starts[i], ends[windowEnd - 1], Rule.PAN, pseudonym.of(digits, i, windowEnd));
            }
        }
        if (windowEnd < all) {
            return at;
        }
        int i = windowEnd - 1;
        while (windowEnds[i] == 0) {
            i--;
        }
        return afterNumber(ends[windowEnd - 1], CardRanges.isAmex(digits, i), at);
    }

    /** {@code %62} is a letter in a URL; before plain digits the text of a LIKE is likelier, if that gives a number. */
    private int readAfterPercent(int percent, int at, int end) {
        int from = starts[0];
        triedAt = from;
        int sizeBefore = spans.size();
        rereading = true;
        int before = percentAt;
        read(percent + 1, end);
        rereading = false;
        percentAt = before;
        if (spans.size() == sizeBefore) {
            read(from, end);
        }
        count = 0;
        return spans.size() == sizeBefore ? at : Math.max(at, spans.lastEnd());
    }

    /** {@code %3008…}: whether the percent sign may be just that, as the digits with the first one decoded are no number. */
    private boolean beginsWithOneEscape(int all) {
        if (text[starts[0]] != '%' || text[starts[1]] == '%' || starts[0] == triedAt) {
            return false;
        }
        return all > CardRanges.LONGEST
                || (CardRanges.allowed(digits, 0) >> all & 1) == 0
                || !CardRanges.luhn(digits, 0, all);
    }

    private boolean isQuote(int percent) {
        return text[percent + 1] == '2' && (text[percent + 2] == '2' || text[percent + 2] == '7');
    }

    private boolean isAfterPercent(int first) {
        return first == 0 && percentAt >= segment && starts[0] == percentAt + 3;
    }

    /**
     * The same stretch read otherwise: first with only the percent sign that it begins with taken for one, then with all of
     * them, and with four digits after a backslash as one code point.
     */
    private int secondReading(int first, int all, int at, int end) {
        boolean percentBefore = isAfterPercent(first);
        int from = percentBefore ? percentAt : starts[first];
        boolean ambiguous = percentBefore;
        for (int i = first; i < all && !ambiguous; i++) {
            char c = text[starts[i]];
            ambiguous = c == '%' || c == '\\';
        }
        if (!ambiguous) {
            return at;
        }
        int sizeBefore = spans.size();
        rereading = true;
        if (text[from] == '%') {
            read(from + 1, Math.min(at, end));
        }
        if (spans.size() == sizeBefore) {
            unescape.alternate = true;
            read(from, Math.min(at, end));
            unescape.alternate = false;
        }
        rereading = false;
        count = 0;
        return spans.size() == sizeBefore ? at : Math.max(at, spans.lastEnd());
    }

    /** Marks windows of the run, the surest first, none overlapping. */
    private boolean choose(int first, int last) {
        if (last - first < CardRanges.SHORTEST || isQueryId(first, last)) {
            return false;
        }
        gaps[first] = GAP;
        gaps[last] = GAP;
        Arrays.fill(windowEnds, first, last + 1, 0);
        Arrays.fill(taken, first, last + 1, false);
        int length = last - first;
        if (length <= CardRanges.LONGEST && take(first, last, Shape.ANY)) {
            return true;
        }
        boolean any = false;
        // What is a fraction as long as the number before its dot stands is none once that is taken.
        for (int round = 0; round < 3 && (round == 0 || any); round++) {
            any |= chooseOnce(first, last);
        }
        return any;
    }

    private boolean chooseOnce(int first, int last) {
        boolean any = false;
        for (var shape : Shape.SUREST_FIRST) {
            for (int i = first; i + CardRanges.SHORTEST <= last; i++) {
                if (gaps[i] == GLUED || taken[i]) {
                    continue;
                }
                int allowed = CardRanges.allowed(digits, i);
                if (allowed == 0) {
                    continue;
                }
                for (int size : LENGTHS) {
                    steps++;
                    int end = i + size;
                    if ((allowed >> size & 1) != 0 && end <= last && gaps[end] != GLUED && take(i, end, shape)) {
                        any = true;
                        i = end - 1;
                        break;
                    }
                }
            }
        }
        return any;
    }

    /** How the digits of a window are grouped. */
    private enum Shape {
        TOGETHER,
        AS_ON_A_CARD,
        OTHERWISE,
        ANY;

        static final Shape[] SUREST_FIRST = {TOGETHER, AS_ON_A_CARD, OTHERWISE};
    }

    private boolean take(int from, int to, Shape wanted) {
        if ((CardRanges.allowed(digits, from) >> (to - from) & 1) == 0) {
            return false;
        }
        int dots = 0;
        int others = 0;
        for (int i = from; i < to; i++) {
            if (taken[i]) {
                return false;
            }
            if (i > from && gaps[i] == DOT) {
                dots++;
            } else if (i > from && gaps[i] == GAP) {
                others++;
            }
        }
        var shape = dots + others == 0 ? Shape.TOGETHER : isCardLike(from, to) ? Shape.AS_ON_A_CARD : Shape.OTHERWISE;
        if (wanted != Shape.ANY && wanted != shape) {
            return false;
        }
        boolean decimal = dots == 1 && others == 0
                || dots > 0 && shape == Shape.OTHERWISE && (others > 0 || wanted != Shape.ANY)
                || shape != Shape.AS_ON_A_CARD && gaps[from] == DOT && !taken[from - 1];
        boolean loose = digits[from] == 1 && shape == Shape.OTHERWISE;
        if (decimal || loose || !CardRanges.luhn(digits, from, to)) {
            return false;
        }
        Arrays.fill(taken, from, to, true);
        windowEnds[from] = to;
        return true;
    }

    /** Groups of one size up to five, the last perhaps shorter; or those of American Express, Diners Club and UATP. */
    private boolean isCardLike(int from, int to) {
        int size = 1;
        while (from + size < to && gaps[from + size] == GLUED) {
            size++;
        }
        int length = to - from;
        if (size == 4 && (length == 15 || length == 14)) {
            boolean sixThenRest = grouped(from, to, 4, 6) || length == 15 && grouped(from, to, 4, 5);
            if (sixThenRest) {
                return true;
            }
        }
        if (size > 5) {
            return false;
        }
        for (int i = from + 1; i < to; i++) {
            if ((i - from) % size == 0 == (gaps[i] == GLUED)) {
                return false;
            }
        }
        return true;
    }

    private boolean grouped(int from, int to, int one, int two) {
        for (int i = from + 1; i < to; i++) {
            boolean begins = i == from + one || i == from + one + two;
            if (begins == (gaps[i] == GLUED)) {
                return false;
            }
        }
        return true;
    }

    // What is not a number although it looks like one.

    private boolean isQueryId(int first, int last) {
        int at = starts[first];
        if (at > segment && text[at - 1] == '-') {
            at--;
        }
        for (int i = first + 1; i < last; i++) {
            if (gaps[i] != GLUED) {
                return false;
            }
        }
        return endsWith(at, "\"query_id\":");
    }

    private boolean endsWith(int end, String expected) {
        int from = end - expected.length();
        if (from < segment) {
            return false;
        }
        for (int i = 0; i < expected.length(); i++) {
            if (text[from + i] != expected.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Where our own replacement ends that the stretch begins within; -1 if it does not. What follows belongs to another run. */
    private int ownMarkerEnd(int from) {
        int end = from + 16;
        if (!endsWith(from, "pan:") || end > limit) {
            return -1;
        }
        for (int i = from; i < end; i++) {
            if (!(text[i] >= '0' && text[i] <= '9' || text[i] >= 'a' && text[i] <= 'f')) {
                return -1;
            }
        }
        return end < limit && text[end] >= '0' && text[end] <= '9' ? -1 : end;
    }

    /** The first digit that is not in a hexadecimal identifier reaching into the run from the left. */
    private int afterIdentifier(int all) {
        int at = starts[0];
        int before = at > segment && text[at - 1] == '-' ? at - 2 : at - 1;
        if (before < segment || !isHexLetter(text[before])) {
            return 0;
        }
        int until = identifierEnd(at);
        int first = 0;
        while (first < all && starts[first] < until) {
            first++;
        }
        return first;
    }

    /** One past the last digit that is not in a hexadecimal identifier reaching out of the run to the right. */
    private int beforeIdentifier(int first, int all) {
        if (first == all) {
            return all;
        }
        int at = ends[all - 1];
        int after = at < limit && text[at] == '-' ? at + 1 : at;
        if (after >= limit || !isHexLetter(text[after])) {
            return all;
        }
        int from = identifierStart(at - 1);
        int last = all;
        while (last > first && starts[last - 1] >= from) {
            last--;
        }
        return last;
    }

    private int identifierEnd(int at) {
        int from = identifierStart(at);
        return from > at ? at : from + identifierLength(from);
    }

    /** Where the identifier begins that the unit at {@code at} is in; beyond it if that is in none. */
    private int identifierStart(int at) {
        int token = at;
        while (token > segment && at - token <= 128 && isHex(text[token - 1])) {
            token--;
        }
        if (identifierLength(token) > at - token) {
            return token;
        }
        // a group of a UUID begins 0, 9, 14, 19 or 24 units after the UUID
        for (int back = 0; back <= 24; back = back == 0 ? 9 : back + 5) {
            int from = token - back;
            if (from >= segment && isUuid(from) && from + 36 > at) {
                return from;
            }
        }
        return Integer.MAX_VALUE;
    }

    /** How long the identifier is that begins here; 0 if none does. */
    private int identifierLength(int from) {
        if (isUuid(from)) {
            return 36;
        }
        if (from > segment && isAlphanumeric(text[from - 1])) {
            return 0;
        }
        int end = from;
        while (end < limit && end - from <= 128 && isHex(text[end])) {
            end++;
        }
        if (end < limit && isAlphanumeric(text[end])) {
            return 0;
        }
        return switch (end - from) {
            case 16, 32, 40, 56, 64, 96, 128 -> end - from;
            default -> 0;
        };
    }

    /** RFC 9562 §4: 8-4-4-4-12 hexadecimal digits. */
    private boolean isUuid(int from) {
        if (from + 36 > limit || from > segment && isAlphanumeric(text[from - 1])) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? text[from + i] != '-' : !isHex(text[from + i])) {
                return false;
            }
        }
        return from + 36 == limit || !isAlphanumeric(text[from + 36]);
    }

    private static boolean isHexLetter(char c) {
        return c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    private static boolean isHex(char c) {
        return c >= '0' && c <= '9' || isHexLetter(c);
    }

    private static boolean isAlphanumeric(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    // What stands after a number.

    private static final int LONGEST_NAME = 80;
    private static final int LONGEST_REST = 120;

    /** Track data or a verification value right after a number; where to go on. */
    private int afterNumber(int end, boolean amex, int at) {
        int trackEnd = trackEnd(end);
        if (trackEnd > 0) {
            spans.add(end, trackEnd, Rule.TRACK);
            floor = trackEnd;
            return Math.max(at, trackEnd);
        }
        return cvv(end, amex, at);
    }

    /** ISO/IEC 7813: after the number {@code ^NAME^YYMM…?} on track 1, {@code =YYMM…?} on track 2. -1 if it is neither. */
    private int trackEnd(int end) {
        if (end >= limit) {
            return -1;
        }
        unescape.read(end);
        int separator = unescape.codePoint;
        int from = unescape.next;
        if (separator == '^') {
            int at = from;
            while (at < limit && at - from < LONGEST_NAME) {
                unescape.read(at);
                at = unescape.next;
                if (unescape.codePoint == '^') {
                    return discretionary(at, 4);
                }
            }
            return -1;
        }
        return separator == '=' || separator == 'D' || separator == 'd' ? discretionary(from, 7) : -1;
    }

    private int discretionary(int from, int least) {
        int found = 0;
        int month = 0;
        int end = from;
        int at = from;
        while (at < limit && at - from < 8 * LONGEST_REST) {
            int kind = readUnit(at);
            if (kind >= Glyph.DIGIT) {
                found++;
                if (found == 3 || found == 4) {
                    month = 10 * month + kind - Glyph.DIGIT;
                }
                end = unescape.next;
            } else if (kind != Glyph.SEPARATOR || unescape.next - end > LONGEST_GAP) {
                break;
            }
            at = unescape.next;
        }
        if (found < least || month < 1 || month > 12) {
            return -1;
        }
        // Letters may follow on track 1; the end sentinel belongs to the data.
        for (int i = end; i < limit && i - end < LONGEST_REST; ) {
            unescape.read(i);
            i = unescape.next;
            if (unescape.codePoint == '?') {
                return i;
            }
            boolean data = unescape.codePoint >= ' '
                    && unescape.codePoint < 0x60
                    && "'\"(),;:".indexOf(unescape.codePoint) < 0;
            if (!data) {
                break;
            }
        }
        return end;
    }

    /**
     * The verification value as one of the next elements of a list: three digits, or four after an American Express number,
     * perhaps after the expiry date. A price of three digits is taken for one as well: the cheaper mistake.
     */
    private int cvv(int end, boolean amex, int at) {
        int p = end;
        for (int element = 0; element < 3; element++) {
            p = skip(p, "'\"\\ )", 8);
            if (p >= limit || ",|:;\t".indexOf(text[p]) < 0) {
                return at;
            }
            p = skip(p + 1, "'\"\\ (EN", 8);
            int from = p;
            while (p < limit
                    && p - from < 8
                    && (text[p] >= '0' && text[p] <= '9' || text[p] == '/' || text[p] == '-')) {
                p++;
            }
            int size = p - from;
            if (p < limit && isAlphanumeric(text[p])) {
                return at;
            }
            boolean plain = true;
            for (int i = from; i < p; i++) {
                plain &= text[i] >= '0' && text[i] <= '9';
            }
            if (plain && (size == 3 || size == 4 && amex)) {
                spans.add(from, p, Rule.CVV);
                floor = p;
                return Math.max(at, p);
            }
            if (size < 2 || size == 3 || size > 7) {
                return at;
            }
        }
        return at;
    }

    private int skip(int from, String over, int most) {
        int p = from;
        while (p < limit && p - from < most && over.indexOf(text[p]) >= 0) {
            p++;
        }
        return p;
    }
}
