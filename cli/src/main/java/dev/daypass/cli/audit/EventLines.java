package dev.daypass.cli.audit;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The lines of an object of events, one at a time. Not thread-safe. */
final class EventLines implements Closeable {
    /** A log event has at most 1 MB; in JSON, with every character escaped and its fields repeated, it stays well below this. */
    static final int MAX_LINE = 16 * 1024 * 1024;

    private final InputStream in;
    private final byte[] buffer = new byte[64 * 1024];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int at;
    private int filled;
    private long number;

    EventLines(InputStream compressed) throws IOException {
        this.in = new ZstdInputStreamNoFinalizer(compressed);
    }

    /** The next line, without its end; empty after the last. */
    Optional<byte[]> next() throws IOException {
        line.reset();
        boolean any = false;
        while (true) {
            if (at == filled) {
                filled = in.read(buffer);
                at = 0;
                if (filled <= 0) {
                    filled = 0;
                    return any ? Optional.of(ended()) : Optional.empty();
                }
            }
            int start = at;
            while (at < filled && buffer[at] != '\n') {
                at++;
            }
            any = true;
            if (line.size() + (at - start) > MAX_LINE) {
                throw new IOException("a line of more than " + MAX_LINE + " bytes");
            }
            line.write(buffer, start, at - start);
            if (at < filled) {
                at++;
                return Optional.of(ended());
            }
        }
    }

    /** The number of the line that {@link #next} gave last, from 1. */
    long number() {
        return number;
    }

    private byte[] ended() {
        number++;
        return line.toByteArray();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
