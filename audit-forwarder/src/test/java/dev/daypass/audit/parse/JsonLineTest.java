package dev.daypass.audit.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Jackson's strict reader is what a line is compared with: what it takes, {@link JsonLine} takes, and nothing else. */
class JsonLineTest {
    private static final JsonFactory JSON = new JsonFactory();

    private enum Member implements JsonMembers.Path {
        TEXT("a");

        private final String path;

        Member(String path) {
            this.path = path;
        }

        @Override
        public String path() {
            return path;
        }
    }

    private static final JsonMembers<Member> MEMBERS = new JsonMembers<>(Member.class);

    private static final String LINE = """
            {"b":[1,-0.5e+3,{"c":null,"d":[true,false,[]]},"\\u00e9\\"\\\\"] , "x\\n":{} ,"\\u0062":-17,"e":0, "a":"q\\t\\ud83d\\ude00\\/z"}""";

    @Test
    void aTextIsReadAsJacksonReadsIt() throws Exception {
        assertEquals("q\t\ud83d\ude00/z", MEMBERS.read(LINE).get(Member.TEXT));
        assertEquals(jackson(LINE), MEMBERS.read(LINE).get(Member.TEXT));
    }

    @Test
    void aNameThatIsEscapedIsTheNameThatItStandsFor() throws LineFault {
        assertEquals("v", MEMBERS.read("{\"\\u0061\":\"v\"}").get(Member.TEXT));
    }

    @Test
    void aLineThatIsAlteredAnywhereIsTakenIfJacksonTakesIt() {
        String pieces = "{}[]:,\"\\/ \n\t\u0000\u001f\u00e9\ud8000123456789-+.eEtrufalsn";
        var random = new Random(20261123);
        int taken = 0;
        int refused = 0;
        for (int round = 0; round < 200_000; round++) {
            var line = new StringBuilder(LINE);
            for (int i = random.nextInt(2); i >= 0; i--) {
                int at = random.nextInt(line.length());
                char piece = pieces.charAt(random.nextInt(pieces.length()));
                switch (random.nextInt(4)) {
                    case 0 -> line.setCharAt(at, piece);
                    case 1 -> line.insert(at, piece);
                    case 2 -> line.deleteCharAt(at);
                    default -> line.setLength(Math.max(1, at));
                }
            }
            String altered = line.toString();
            String expected = jackson(altered);
            assertEquals(expected, ours(altered), altered);
            if (expected.equals("refused")) {
                refused++;
            } else {
                taken++;
            }
        }
        assertTrue(taken > 10_000 && refused > 10_000, taken + " taken, " + refused + " refused");
    }

    private static String ours(String line) {
        try {
            String text = MEMBERS.read(line).get(Member.TEXT);
            return text == null ? "none" : text;
        } catch (LineFault fault) {
            return "refused";
        }
    }

    /** The text of the member {@code a}; what is no object, or has {@code a} twice or not as a text, is refused. */
    private static String jackson(String line) {
        String text = "none";
        try (var json = JSON.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return "refused";
            }
            boolean seen = false;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = json.currentName().equals("a");
                var token = json.nextToken();
                if (wanted && (seen || token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NULL)) {
                    return "refused";
                }
                seen |= wanted;
                if (wanted && token == JsonToken.VALUE_STRING) {
                    text = json.getText();
                }
                json.skipChildren();
            }
            return json.nextToken() == null ? text : "refused";
        } catch (IOException e) {
            return "refused";
        }
    }
}
