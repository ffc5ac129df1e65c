package dev.daypass.audit.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.audit.line.Activity;
import dev.daypass.audit.line.Activity.Kind;
import dev.daypass.evidence.Source;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines as the servers wrote them; their faults; and what is in none of them. */
final class VectorsTest {
    private static final long SEED = 20_261_123;
    /** Of a line: enough for many places and kinds of a line, over all lines of a file. */
    private static final int MUTATIONS = 100;

    private static final String PIECES = "\"'\\,:;{}[]()@|/*-$`\n\r\t\0 0129azAZ\u2028\ud800\udc00\uffff\u00e9=#";

    @ParameterizedTest
    @EnumSource(Vectors.class)
    void everyLineSaysWhatIsExpectedOfIt(Vectors vectors) {
        List<String> shown = vectors.lines().stream()
                .map(line -> Vectors.shown(Lines.parse(vectors.source(), line)))
                .toList();
        assertEquals(String.join("\n", vectors.expected()), String.join("\n", shown));
    }

    /** One server wrote both at once, so they have to say the same. */
    @Test
    void csvlogAndJsonlogOfOneRunSayTheSame() {
        assertEquals(
                parsed(Vectors.POSTGRESQL_JSONLOG, UnaryOperator.identity()),
                parsed(Vectors.POSTGRESQL_CSVLOG, UnaryOperator.identity()));
    }

    @ParameterizedTest
    @EnumSource(Vectors.class)
    void aLineThatIsDamagedAnywhereIsOneActivityAndNoException(Vectors vectors) {
        var random = new Random(SEED);
        int unparsed = 0;
        int parsed = 0;
        for (String line : vectors.lines()) {
            for (int i = 0; i < MUTATIONS; i++) {
                Activity activity = Lines.parse(vectors.source(), damaged(line, random));
                if (activity.kind() == Kind.UNPARSED) {
                    assertTrue(activity.detail().isPresent());
                    unparsed++;
                } else {
                    parsed++;
                }
            }
            for (int end = 0; end < line.length(); end += 1 + line.length() / MUTATIONS) {
                Lines.parse(vectors.source(), line.substring(0, end));
            }
        }
        // Both ends of every parser were reached.
        assertTrue(unparsed > 100 && parsed > 100, unparsed + " unparsed, " + parsed + " parsed");
    }

    @ParameterizedTest
    @EnumSource(Vectors.class)
    void aJsonLineThatIsCutAnywhereIsUnparsed(Vectors vectors) {
        for (String line : vectors.lines()) {
            for (int end = 0; line.startsWith("{") && end < line.length(); end += 1 + line.length() / MUTATIONS) {
                assertEquals(
                        Kind.UNPARSED,
                        Lines.parse(vectors.source(), line.substring(0, end)).kind());
            }
        }
    }

    private static List<Activity> parsed(Vectors vectors, UnaryOperator<String> change) {
        return vectors.lines().stream()
                .map(line -> Lines.parse(vectors.source(), change.apply(line)))
                .toList();
    }

    private static String damaged(String line, Random random) {
        var text = new StringBuilder(line);
        for (int changes = 1 + random.nextInt(3); changes > 0 && !text.isEmpty(); changes--) {
            int at = random.nextInt(text.length());
            char piece = PIECES.charAt(random.nextInt(PIECES.length()));
            int to = Math.min(text.length(), at + random.nextInt(12));
            switch (random.nextInt(5)) {
                case 0 -> text.setCharAt(at, piece);
                case 1 -> text.setCharAt(at, (char) (text.charAt(at) ^ 1 << random.nextInt(8)));
                case 2 -> text.insert(at, piece);
                case 3 -> text.delete(at, to);
                default -> text.insert(random.nextInt(text.length()), text.substring(at, to));
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @EnumSource(Source.class)
    void anEmptyLineIsUnparsedBySourcesOfEvents(Source source) {
        if (source.isEvents()) {
            Activity activity = Lines.parse(source, "");
            assertEquals(Activity.unparsed(Lines.DELIVERED, "empty line"), activity);
        }
    }

    /** A million of anything takes as long as it takes to read it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "{\"a\":",
                "\"",
                "\"\"",
                "'",
                "\\",
                "(",
                "/*",
                "$a$",
                "$a",
                "-- \n",
                ": ",
                ":[1]:LOG:  ",
                "@",
                ",",
                "AUDIT: ",
                " ",
                "\0",
                "\ud800",
                "\u2028",
                "1",
                "a",
                ";"
            })
    void aMegabyteOfAnythingIsReadAtOnce(String piece) {
        String megabyte = piece.repeat(1_000_000 / piece.length());
        long begin = System.nanoTime();
        for (Vectors vectors : Vectors.values()) {
            Lines.parse(vectors.source(), megabyte);
            String line = vectors.lines().getLast();
            Lines.parse(vectors.source(), line + megabyte);
            Lines.parse(vectors.source(), line.substring(0, line.length() / 2) + megabyte);
        }
        for (String message : List.of("statement: ", "execute ", "AUDIT: SESSION,1,1,READ,SELECT,,,", "duration: ")) {
            Lines.parse(Source.POSTGRESQL, "2026-11-23 03:10:00 UTC:127.0.0.1(1):u@d:[1]:LOG:  " + message + megabyte);
        }
        Lines.parse(Source.MARIADB, "20261123 03:10:00,vm,u,127.0.0.1,9,58,QUERY,app,'" + megabyte + "',0");
        // Quadratic would be minutes.
        assertTrue(System.nanoTime() - begin < 5_000_000_000L, "too slow");
    }
}
