package dev.daypass.functions.net;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;

/**
 * A server on loopback that answers the requests that come with the answers it was given, in that order, byte for byte, and
 * with 501 when it has none left. Keeps what it was sent. Thread-safe.
 */
public final class ScriptedServer implements AutoCloseable {
    private final ServerSocket server;
    private final Queue<Answer> answers = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private final List<InetSocketAddress> callers = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();
    private final Thread acceptor;

    public ScriptedServer() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        // A platform thread: with a virtual one in accept, connections are still taken shortly after the close.
        acceptor = Thread.ofPlatform().daemon().unstarted(this::accept);
        acceptor.start();
    }

    /**
     * @param text sent as it is
     * @param close whether the connection is closed afterwards
     */
    private record Answer(String text, boolean close) {}

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** The next answer, byte for byte (ISO 8859-1); the connection stays. */
    public synchronized ScriptedServer then(String text) {
        answers.add(new Answer(text, false));
        return this;
    }

    /** The next answer, after which the connection is closed. */
    public synchronized ScriptedServer thenClosing(String text) {
        answers.add(new Answer(text, true));
        return this;
    }

    /** The next answer, well-formed, with this status, extra header lines (each with its CRLF) and body. */
    public ScriptedServer then(int status, String headers, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return then("HTTP/1.1 " + status + " x\r\n" + headers + "Content-Length: " + bytes.length + "\r\n\r\n"
                + new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /** What was sent, each request with its head and its body (ISO 8859-1). */
    public synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    /** From where each request came. */
    public synchronized List<InetSocketAddress> callers() {
        return List.copyOf(callers);
    }

    @Override
    public void close() throws IOException {
        server.close();
        try {
            // The kernel goes on accepting until the thread that waits in accept has let go of the closed socket.
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the server was closing", e);
        }
        synchronized (this) {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                synchronized (this) {
                    sockets.add(socket);
                }
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = socket.getInputStream();
            for (var request = read(in); !request.isEmpty(); request = read(in)) {
                var answer = next(request, (InetSocketAddress) socket.getRemoteSocketAddress());
                socket.getOutputStream().write(answer.text().getBytes(StandardCharsets.ISO_8859_1));
                if (answer.close()) {
                    return;
                }
            }
        } catch (IOException e) {
            // The caller has gone.
        }
    }

    private synchronized Answer next(String request, InetSocketAddress caller) {
        requests.add(request);
        callers.add(caller);
        var answer = answers.poll();
        return answer == null ? new Answer("HTTP/1.1 501 x\r\nContent-Length: 0\r\n\r\n", false) : answer;
    }

    private static String read(InputStream in) throws IOException {
        var out = new ByteArrayOutputStream();
        String head = "";
        while (!head.endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            out.write(b);
            head = out.toString(StandardCharsets.ISO_8859_1);
        }
        for (var line : head.lines().toList()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                out.write(in.readNBytes(Integer.parseInt(line.substring(15).strip())));
            }
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}
