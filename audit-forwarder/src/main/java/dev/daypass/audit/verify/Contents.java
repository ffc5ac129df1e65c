package dev.daypass.audit.verify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStream;
import dev.daypass.audit.seal.FormatException;
import dev.daypass.audit.seal.Seal.SealedObject;
import dev.daypass.audit.seal.Seal.Times;
import dev.daypass.evidence.Source;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/** Counts again what a seal says is in an object. Its memory does not depend on what is in it. */
final class Contents {
    /** Compressed; a payload has about one. Nothing longer is read into memory. */
    static final int LONGEST = 64 << 20;

    private static final JsonFactory JSON = new JsonFactory();

    private Contents() {}

    /** What an object holds: records, redactions, unparsed, and the times of its earliest and latest log event. */
    record Counted(long records, long redacted, long unparsed, Optional<Times> times) {
        static Counted of(SealedObject object) {
            return new Counted(object.records(), object.redacted(), object.unparsed(), object.times());
        }

        @Override
        public String toString() {
            return records + " records, " + redacted + " redactions, " + unparsed + " unparsed"
                    + times.map(t -> ", " + t.earliest() + " to " + t.latest()).orElse("");
        }
    }

    /** @throws FormatException if the bytes are not an object of this source */
    static Counted count(Source source, byte[] bytes) throws FormatException {
        return source.isEvents() ? events(bytes) : one(bytes);
    }

    private static Counted one(byte[] bytes) throws FormatException {
        try (var json = JSON.createParser(bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new FormatException("not a JSON object");
            }
            json.skipChildren();
            if (json.nextToken() != null) {
                throw new FormatException("something after a JSON object");
            }
            return new Counted(1, 0, 0, Optional.empty());
        } catch (IOException e) {
            throw new FormatException("not a JSON object");
        }
    }

    private static Counted events(byte[] bytes) throws FormatException {
        if (!isOneFrame(bytes)) {
            throw new FormatException("not one frame of Zstandard");
        }
        try (var zstd = new ZstdInputStream(new ByteArrayInputStream(bytes));
                var lines = new Lines(zstd);
                var json = JSON.createParser(lines)) {
            var sums = new Sums();
            while (json.nextToken() != null) {
                if (json.currentToken() != JsonToken.START_OBJECT) {
                    throw new FormatException("a line that is not a JSON object");
                }
                event(json, sums);
            }
            if (lines.count != sums.records || !lines.ended) {
                throw new FormatException("not one event a line");
            }
            return sums.counted();
        } catch (IOException e) {
            throw new FormatException("not Zstandard of JSON lines");
        }
    }

    private static boolean isOneFrame(byte[] bytes) {
        try {
            return Zstd.findFrameCompressedSize(bytes) == bytes.length;
        } catch (ZstdException e) {
            return false;
        }
    }

    private static void event(JsonParser json, Sums sums) throws IOException, FormatException {
        boolean own = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            var value = json.nextToken();
            if (name.equals("daypass") && value == JsonToken.START_OBJECT) {
                extension(json, sums);
                own = true;
            } else {
                json.skipChildren();
            }
        }
        if (!own) {
            throw new FormatException("an event without daypass");
        }
        sums.records++;
    }

    private static void extension(JsonParser json, Sums sums) throws IOException, FormatException {
        boolean what = false;
        boolean time = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            var value = json.nextToken();
            if (name.equals("what") && value == JsonToken.VALUE_STRING) {
                what = true;
                sums.unparsed += json.getText().equals("unparsed") ? 1 : 0;
            } else if (name.equals("position") && value == JsonToken.START_OBJECT) {
                time = position(json, sums);
            } else if (name.equals("redacted") && value == JsonToken.START_OBJECT) {
                redacted(json, sums);
            } else {
                json.skipChildren();
            }
        }
        if (!what || !time) {
            throw new FormatException("an event without what or position.time");
        }
    }

    private static boolean position(JsonParser json, Sums sums) throws IOException {
        boolean time = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_NUMBER_INT && name.equals("time")) {
                sums.time(json.getLongValue());
                time = true;
            } else {
                json.skipChildren();
            }
        }
        return time;
    }

    private static void redacted(JsonParser json, Sums sums) throws IOException, FormatException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            if (json.nextToken() != JsonToken.VALUE_NUMBER_INT) {
                throw new FormatException("an event whose redacted holds no numbers");
            }
            sums.redacted += json.getLongValue();
        }
    }

    private static final class Sums {
        private long records;
        private long redacted;
        private long unparsed;
        private long earliest = Long.MAX_VALUE;
        private long latest = Long.MIN_VALUE;

        void time(long millis) {
            earliest = Math.min(earliest, millis);
            latest = Math.max(latest, millis);
        }

        Counted counted() {
            return new Counted(
                    records,
                    redacted,
                    unparsed,
                    records == 0
                            ? Optional.empty()
                            : Optional.of(new Times(Instant.ofEpochMilli(earliest), Instant.ofEpochMilli(latest))));
        }
    }

    /** Counts ends of lines; no JSON string holds one (RFC 8259 §7). */
    private static final class Lines extends FilterInputStream {
        private long count;
        private boolean ended = true;

        Lines(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int n = super.read(buffer, offset, length);
            for (int i = offset; i < offset + n; i++) {
                if (buffer[i] == '\n') {
                    count++;
                }
            }
            if (n > 0) {
                ended = buffer[offset + n - 1] == '\n';
            }
            return n;
        }
    }
}
