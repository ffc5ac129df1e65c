package dev.daypass.functions.net;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A blocking HTTP/1.1 client (RFC 9112) over plain sockets, with kept connections. It follows no redirect, reads no
 * proxy from anywhere, keeps no cookie, and never sends a request twice: what failed is told as
 * {@link NotSentException} or {@link NoAnswerException}, and only the caller knows what asking again would do.
 *
 * <p>Why not the JDK's clients: {@code docs/decisions/0006-one-http-client.md}.
 *
 * <p>Safe for threads; each call has a connection of its own while it lasts.
 */
public final class HttpTransport implements AutoCloseable {
    // Amazon's front ends drop connections that were idle for seconds (S3 after about 5 s in practice); one that we
    // drop
    // first costs a handshake, one that they drop first may cost an unknown outcome.
    private static final Duration KEPT_IDLE = Duration.ofSeconds(4);
    // Within this time a kept connection is used unseen; after it, one look costs at most a millisecond.
    private static final Duration SURELY_OPEN = Duration.ofMillis(50);
    private static final int MAX_KEPT_PER_ORIGIN = 8;
    // Twice the longest request: what is written always fits, so a peer that reads nothing cannot hold the writer, and
    // the deadline needs to be kept on reads only.
    private static final int SEND_BUFFER_BYTES = 2 * HttpCall.MAX_BODY_BYTES;

    private final Options options;
    private final Object lock = new Object();
    private final Map<Origin, Deque<Connection>> kept = new HashMap<>();
    private @Nullable SSLSocketFactory tls;

    public HttpTransport(Options options) {
        this.options = options;
    }

    /**
     * @param connectTimeout for finding, connecting and greeting a peer; each read of a TLS handshake gets the whole of it
     * @param callTimeout from the connection to the last byte of the answer
     * @param maxReplyBytes the longest body that is read
     * @param localAddress where to connect from, if it matters
     * @param trustedPem PEM of the only authorities to trust; empty for the JDK's
     */
    public record Options(
            Duration connectTimeout,
            Duration callTimeout,
            int maxReplyBytes,
            Optional<InetAddress> localAddress,
            Optional<String> trustedPem) {
        public Options {
            if (connectTimeout.toMillis() < 1 || callTimeout.toMillis() < 1 || maxReplyBytes < 1) {
                throw new IllegalArgumentException("timeouts and the longest reply must be positive");
            }
        }

        /** A second to connect, this long for a call, answers of at most 1 MiB, any local address, the JDK's trust. */
        public static Options within(Duration callTimeout) {
            return new Options(Duration.ofSeconds(1), callTimeout, 1024 * 1024, Optional.empty(), Optional.empty());
        }

        public Options from(Optional<InetAddress> address) {
            return new Options(connectTimeout, callTimeout, maxReplyBytes, address, trustedPem);
        }

        public Options trusting(Optional<String> pem) {
            return new Options(connectTimeout, callTimeout, maxReplyBytes, localAddress, pem);
        }

        public Options atMost(int replyBytes) {
            return new Options(connectTimeout, callTimeout, replyBytes, localAddress, trustedPem);
        }
    }

    /** Sends it, with the options' bounds. */
    public HttpReply send(HttpCall call) throws NotSentException, NoAnswerException {
        return send(call, options.callTimeout(), options.maxReplyBytes());
    }

    /**
     * Sends it.
     *
     * @param timeout for the call, where the options' own is longer
     * @param maxReplyBytes the longest body that is read
     */
    public HttpReply send(HttpCall call, Duration timeout, int maxReplyBytes)
            throws NotSentException, NoAnswerException {
        var origin = Origin.of(call.uri());
        var within = timeout.compareTo(options.callTimeout()) < 0 ? timeout : options.callTimeout();
        var old = takeKept(origin);
        var connection = old == null ? connect(origin, within) : old;
        boolean keep = false;
        try {
            var reader = new ReplyReader(connection.socket, within, maxReplyBytes);
            connection.write(call);
            var reply = reader.read(call.method());
            keep = reader.leavesConnectionUsable();
            return reply;
        } catch (SocketTimeoutException e) {
            throw new NoAnswerException(call + ": no answer within " + within, e);
        } catch (ReplyReader.UnusableReply e) {
            throw new NoAnswerException(call + ": " + e.getMessage());
        } catch (IOException e) {
            throw new NoAnswerException(call + ": the connection broke", e);
        } finally {
            if (keep) {
                keep(origin, connection);
            } else {
                connection.close();
            }
        }
    }

    /** Closes every kept connection, as before a snapshot is taken; the next call opens a new one. */
    @Override
    public void close() {
        synchronized (lock) {
            kept.values().forEach(connections -> connections.forEach(Connection::close));
            kept.clear();
        }
    }

    private @Nullable Connection takeKept(Origin origin) {
        while (true) {
            Connection connection;
            synchronized (lock) {
                var connections = kept.get(origin);
                // The youngest: the others get old, and are dropped.
                connection = connections == null ? null : connections.pollLast();
            }
            if (connection == null || connection.isUsable()) {
                return connection;
            }
            connection.close();
        }
    }

    private void keep(Origin origin, Connection connection) {
        connection.rest();
        synchronized (lock) {
            var connections = kept.computeIfAbsent(origin, o -> new ArrayDeque<>());
            connections.addLast(connection);
            for (Iterator<Connection> i = connections.iterator();
                    connections.size() > MAX_KEPT_PER_ORIGIN && i.hasNext(); ) {
                i.next().close();
                i.remove();
            }
        }
    }

    private Connection connect(Origin origin, Duration callTimeout) throws NotSentException {
        var within = callTimeout.compareTo(options.connectTimeout()) < 0 ? callTimeout : options.connectTimeout();
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(origin.host());
        } catch (UnknownHostException e) {
            throw new NotSentException("no address is known for " + origin.host(), e);
        }
        long deadline = System.nanoTime() + within.toNanos();
        IOException last = null;
        for (var address : addresses) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left < 1) {
                break;
            }
            var socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.setSendBufferSize(SEND_BUFFER_BYTES);
                if (options.localAddress().isPresent()) {
                    socket.bind(new InetSocketAddress(options.localAddress().get(), 0));
                }
                socket.connect(new InetSocketAddress(address, origin.port()), (int) left);
                return new Connection(origin.secure() ? secured(socket, origin, within) : socket);
            } catch (IOException e) {
                last = e;
                closeQuietly(socket);
            }
        }
        var where = origin.host() + " port " + origin.port();
        throw last == null
                ? new NotSentException("no connection to " + where + " within " + within)
                : new NotSentException("no connection to " + where, last);
    }

    private Socket secured(Socket socket, Origin origin, Duration within) throws IOException {
        var secure = (SSLSocket) factory().createSocket(socket, origin.host(), origin.port(), true);
        var parameters = secure.getSSLParameters();
        // RFC 9110 §4.3.4: the certificate must be for the host that was asked for. Sockets do not check it unasked.
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.setSoTimeout((int) Math.min(within.toMillis(), Integer.MAX_VALUE));
        secure.startHandshake();
        return secure;
    }

    private SSLSocketFactory factory() throws IOException {
        synchronized (lock) {
            if (tls == null) {
                tls = options.trustedPem().isPresent()
                        ? trusting(options.trustedPem().get())
                        : (SSLSocketFactory) SSLSocketFactory.getDefault();
            }
            return tls;
        }
    }

    private static SSLSocketFactory trusting(String pem) throws IOException {
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (var certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))) {
                store.setCertificateEntry("trusted-" + number++, certificate);
            }
            var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException("the trusted certificates are not PEM of X.509 certificates", e);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more, whether or not it could say goodbye.
        }
    }

    private record Origin(boolean secure, String host, int port) {
        static Origin of(URI uri) {
            boolean secure = "https".equals(uri.getScheme());
            String host = uri.getHost();
            String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            return new Origin(secure, name, uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80);
        }
    }

    private static final class Connection {
        private final Socket socket;
        private long restsSince;
        private long restsSinceWallClock;

        Connection(Socket socket) {
            this.socket = socket;
        }

        void write(HttpCall call) throws IOException {
            var uri = call.uri();
            var head = new StringBuilder(512).append(call.method()).append(' ');
            String path = uri.getRawPath();
            head.append(path.isEmpty() ? "/" : path);
            if (uri.getRawQuery() != null) {
                head.append('?').append(uri.getRawQuery());
            }
            head.append(" HTTP/1.1\r\nHost: ").append(uri.getRawAuthority()).append("\r\n");
            for (var header : call.headers()) {
                if (!header.name().equalsIgnoreCase("Host") && !header.name().equalsIgnoreCase("Content-Length")) {
                    head.append(header.name())
                            .append(": ")
                            .append(header.value())
                            .append("\r\n");
                }
            }
            byte[] body = call.body();
            // RFC 9110 §8.6: a method that gives a body a meaning says 0 when there is none.
            if (body.length > 0
                    || !call.method().equals("GET") && !call.method().equals("HEAD")) {
                head.append("Content-Length: ").append(body.length).append("\r\n");
            }
            byte[] first = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
            // In one piece: two would wait for each other (RFC 896) with a peer that delays its acknowledgements.
            byte[] all = new byte[first.length + body.length];
            System.arraycopy(first, 0, all, 0, first.length);
            System.arraycopy(body, 0, all, first.length, body.length);
            socket.getOutputStream().write(all);
            socket.getOutputStream().flush();
        }

        void rest() {
            restsSince = System.nanoTime();
            restsSinceWallClock = System.currentTimeMillis();
        }

        /** False if it has rested long, or the peer has said something since, which can only be goodbye. */
        boolean isUsable() {
            // A frozen function sees one of the clocks stand still, depending on how it was frozen.
            long rested = Math.max(
                    (System.nanoTime() - restsSince) / 1_000_000, System.currentTimeMillis() - restsSinceWallClock);
            if (rested > KEPT_IDLE.toMillis()) {
                return false;
            }
            if (rested <= SURELY_OPEN.toMillis()) {
                return true;
            }
            try {
                socket.setSoTimeout(1);
                socket.getInputStream().read();
                return false;
            } catch (SocketTimeoutException e) {
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        void close() {
            closeQuietly(socket);
        }
    }
}
