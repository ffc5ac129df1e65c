package dev.daypass.testbed;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;

/** Where an HTTP/1.1 message ends (RFC 9112 §6.3). Bytes are passed on as they come, so that a slow sender stays slow. */
final class HttpMessages {
    private static final int LONGEST_HEAD = 1 << 20;

    private HttpMessages() {}

    /** Up to and with the empty line; nothing if the sender is done. */
    static byte[] readHead(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        int last = 0;
        while (true) {
            int b = in.read();
            if (b < 0) {
                return new byte[0];
            }
            head.write(b);
            last = last << 8 | b;
            if (last == 0x0D0A0D0A) {
                return head.toByteArray();
            }
            if (head.size() > LONGEST_HEAD) {
                throw new IOException("a head of more than " + LONGEST_HEAD + " bytes");
            }
        }
    }

    static String firstLine(byte[] head) {
        var text = new String(head, StandardCharsets.ISO_8859_1);
        return text.substring(0, text.indexOf('\r'));
    }

    /** RFC 9110 §15.2: another answer follows. */
    static boolean isInterim(byte[] head) {
        return status(head).startsWith("1");
    }

    static void passRequest(byte[] head, InputStream in, OutputStream out) throws IOException {
        out.write(head);
        if (isChunked(head)) {
            passChunks(in, out);
        } else {
            pass(in, out, length(head).orElse(0L));
        }
    }

    /** False if no other answer may follow on this connection. */
    static boolean passAnswer(byte[] head, InputStream in, OutputStream out, String requestLine) throws IOException {
        out.write(head);
        var status = status(head);
        if (requestLine.startsWith("HEAD ") || status.equals("204") || status.equals("304")) {
            return true;
        }
        if (isChunked(head)) {
            passChunks(in, out);
            return true;
        }
        var length = length(head);
        if (length.isPresent()) {
            pass(in, out, length.get());
            return true;
        }
        in.transferTo(out);
        return false;
    }

    private static void passChunks(InputStream in, OutputStream out) throws IOException {
        while (true) {
            var line = passLine(in, out);
            int extension = line.indexOf(';');
            long size = Long.parseLong((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
            if (size == 0) {
                // Trailers, up to an empty line.
                while (!passLine(in, out).isEmpty()) {}
                return;
            }
            pass(in, out, size + 2);
        }
    }

    private static String passLine(InputStream in, OutputStream out) throws IOException {
        var line = new ByteArrayOutputStream();
        int b;
        while ((b = in.read()) != '\n') {
            if (b < 0) {
                throw new IOException("ended within a chunk's head");
            }
            line.write(b);
        }
        line.write('\n');
        out.write(line.toByteArray());
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    private static void pass(InputStream in, OutputStream out, long length) throws IOException {
        var buffer = new byte[16_384];
        long left = length;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new IOException("ended within a body");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    private static String status(byte[] head) {
        var line = firstLine(head);
        int space = line.indexOf(' ');
        return line.substring(space + 1, Math.min(line.length(), space + 4));
    }

    private static boolean isChunked(byte[] head) {
        return field(head, "transfer-encoding")
                .filter(value -> value.toLowerCase(Locale.ROOT).endsWith("chunked"))
                .isPresent();
    }

    private static Optional<Long> length(byte[] head) {
        return field(head, "content-length").map(Long::valueOf);
    }

    private static Optional<String> field(byte[] head, String name) {
        return new String(head, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }

    /** The requests of one connection that wait for their answers, in order (RFC 9112 §9.3). */
    static final class Exchanges {
        private final Queue<String> lines = new ArrayDeque<>();

        synchronized void begin(String line) {
            lines.add(line);
        }

        /** The oldest request without an answer, done with this one if it is final. */
        synchronized String current(boolean last) {
            var line = last ? lines.poll() : lines.peek();
            // A server may answer before it was asked: 408, on closing an idle connection.
            return line == null ? "" : line;
        }
    }
}
