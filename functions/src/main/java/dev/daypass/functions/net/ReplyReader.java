package dev.daypass.functions.net;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads one answer from a socket (RFC 9112), up to a deadline and within bounds; anything doubtful is no answer. */
final class ReplyReader {
    private static final int MAX_HEAD_BYTES = 32 * 1024;

    private final Socket socket;
    private final InputStream in;
    private final long deadline;
    private final int maxBytes;
    private final byte[] buffer = new byte[8192];
    private int at;
    private int end;
    private int headBytes;
    private boolean usable;

    ReplyReader(Socket socket, Duration within, int maxBytes) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.deadline = System.nanoTime() + within.toNanos();
        this.maxBytes = maxBytes;
    }

    HttpReply read(String method) throws IOException {
        int status = status();
        var headers = headers();
        while (status < 200) {
            if (status == 101) {
                throw new UnusableReply("the peer changed the protocol unasked");
            }
            status = status();
            headers = headers();
        }
        var connection = HttpHeader.first(headers, "Connection").orElse("").toLowerCase(Locale.ROOT);
        usable = !connection.contains("close");
        byte[] body = method.equals("HEAD") || status == 204 || status == 304 ? new byte[0] : body(headers);
        // Bytes that belong to nothing: the next answer on this connection could not be trusted.
        usable &= at == end;
        return new HttpReply(status, headers, body);
    }

    /** Whether another request may be sent on the connection; to be asked after a complete answer. */
    boolean leavesConnectionUsable() {
        return usable;
    }

    private int status() throws IOException {
        var line = line();
        boolean wellFormed = line.length() >= 12
                && line.startsWith("HTTP/1.")
                && line.charAt(8) == ' '
                && (line.length() == 12 || line.charAt(12) == ' ');
        if (!wellFormed) {
            throw new UnusableReply("the answer does not begin as HTTP/1.1");
        }
        int status = number(line.substring(9, 12), 10);
        if (status < 100 || status > 599) {
            throw new UnusableReply("the answer has no HTTP status");
        }
        return status;
    }

    private List<HttpHeader> headers() throws IOException {
        var headers = new ArrayList<HttpHeader>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                // A folded line (RFC 9112 §5.2) among others.
                throw new UnusableReply("a header line has no name");
            }
            var name = line.substring(0, colon);
            var value = line.substring(colon + 1).strip();
            // RFC 9110 §5.5: other octets are opaque; nothing that is read here has any, so such a field is passed
            // over.
            if (HttpHeader.isWellFormed(name, value)) {
                headers.add(new HttpHeader(name, value));
            } else if (!HttpHeader.isName(name)) {
                throw new UnusableReply("a header line has no name");
            }
        }
        return headers;
    }

    private byte[] body(List<HttpHeader> headers) throws IOException {
        var coding = HttpHeader.first(headers, "Transfer-Encoding");
        int lengths = 0;
        for (var header : headers) {
            lengths += header.name().equalsIgnoreCase("Content-Length") ? 1 : 0;
        }
        if (coding.isPresent()) {
            // RFC 9112 §6.3: with both, the message may be an attempt to smuggle another one.
            if (lengths > 0 || !coding.get().equalsIgnoreCase("chunked")) {
                throw new UnusableReply("the answer's length is told in two ways, or in an unknown one");
            }
            return chunked();
        }
        if (lengths > 1) {
            throw new UnusableReply("the answer has two lengths");
        }
        if (lengths == 1) {
            int length = number(HttpHeader.first(headers, "Content-Length").orElse(""), 10);
            if (length > maxBytes) {
                throw tooLong();
            }
            var out = new ByteArrayOutputStream(length);
            take(length, out);
            return out.toByteArray();
        }
        usable = false;
        return toTheEnd();
    }

    private byte[] chunked() throws IOException {
        var out = new ByteArrayOutputStream();
        while (true) {
            var line = line();
            int extension = line.indexOf(';');
            int length = number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
            if (length == 0) {
                headers();
                return out.toByteArray();
            }
            if (length > maxBytes - out.size()) {
                throw tooLong();
            }
            take(length, out);
            if (!line().isEmpty()) {
                throw new UnusableReply("a chunk is longer than it says");
            }
        }
    }

    private byte[] toTheEnd() throws IOException {
        var out = new ByteArrayOutputStream();
        while (at < end || fill()) {
            if (end - at > maxBytes - out.size()) {
                throw tooLong();
            }
            out.write(buffer, at, end - at);
            at = end;
        }
        return out.toByteArray();
    }

    private void take(int length, ByteArrayOutputStream out) throws IOException {
        int left = length;
        while (left > 0) {
            if (at == end && !fill()) {
                throw new EOFException("the answer broke off");
            }
            int now = Math.min(left, end - at);
            out.write(buffer, at, now);
            at += now;
            left -= now;
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder(64);
        while (true) {
            if (at == end && !fill()) {
                throw new EOFException("the answer broke off");
            }
            char c = (char) (buffer[at++] & 0xff);
            if (++headBytes > MAX_HEAD_BYTES) {
                throw new UnusableReply("the answer's head is longer than " + MAX_HEAD_BYTES + " bytes");
            }
            if (c == '\n') {
                int last = line.length() - 1;
                if (last >= 0 && line.charAt(last) == '\r') {
                    line.setLength(last);
                }
                return line.toString();
            }
            line.append(c);
        }
    }

    private boolean fill() throws IOException {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left < 1) {
            throw new SocketTimeoutException("the deadline has passed");
        }
        socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
        int read = in.read(buffer, 0, buffer.length);
        at = 0;
        end = Math.max(read, 0);
        return read > 0;
    }

    private static int number(String digits, int radix) throws UnusableReply {
        // Seven digits of either radix fit an int; parseInt alone would take a sign.
        boolean plain = !digits.isEmpty() && digits.length() <= 7;
        for (int i = 0; i < digits.length(); i++) {
            plain &= digits.charAt(i) < 128 && Character.digit(digits.charAt(i), radix) >= 0;
        }
        if (!plain) {
            throw new UnusableReply("the answer has a number that is none, or too large");
        }
        return Integer.parseInt(digits, radix);
    }

    private UnusableReply tooLong() {
        return new UnusableReply("the answer is longer than " + maxBytes + " bytes");
    }

    /** The peer answered in a way that this client does not take; the message is ours. */
    static final class UnusableReply extends IOException {
        private static final long serialVersionUID = 1L;

        UnusableReply(String message) {
            super(message);
        }
    }
}
