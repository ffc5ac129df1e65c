package dev.daypass.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a program and one of its peers, on a port of its own, and fails in a chosen way at a chosen moment. Of HTTP/1.1 it
 * knows where messages begin and end; what it passes on, it passes on unchanged. Thread-safe; a fault counts from the next
 * request on, on open connections too.
 */
public final class FaultProxy implements AutoCloseable {
    private final InetSocketAddress target;
    private final Optional<InetAddress> source;
    private final Protocol protocol;
    private final int port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Hook> beforeRequests = new CopyOnWriteArrayList<>();
    private final List<Hook> beforeResponses = new CopyOnWriteArrayList<>();
    private volatile Fault fault = Fault.NONE;
    private @Nullable ServerSocket server;
    private @Nullable Thread acceptor;

    private FaultProxy(InetSocketAddress target, Optional<InetAddress> source, Protocol protocol, int port) {
        this.target = target;
        this.source = source;
        this.protocol = protocol;
        this.port = port;
    }

    /**
     * For a peer that speaks HTTP/1.1.
     *
     * @param source the local address to speak to the target from, where that matters to it
     */
    public static FaultProxy before(InetSocketAddress target, Optional<InetAddress> source) throws IOException {
        return opened(new FaultProxy(target, source, Protocol.HTTP, Ports.free()));
    }

    /** For a peer that speaks anything else, PostgreSQL say: each piece that arrives counts as a request of its own. */
    public static FaultProxy beforeTcp(InetSocketAddress target, Optional<InetAddress> source) throws IOException {
        return opened(new FaultProxy(target, source, Protocol.RAW, Ports.free()));
    }

    private static FaultProxy opened(FaultProxy proxy) throws IOException {
        proxy.pass();
        return proxy;
    }

    /** Matches requests of this method whose path begins so. */
    public static Predicate<String> request(String method, String pathPrefix) {
        String beginning = method + " " + pathPrefix;
        return line -> line.startsWith(beginning);
    }

    /** Matches every request. */
    public static Predicate<String> anyRequest() {
        return line -> true;
    }

    /** Where it listens, on 127.0.0.1; the same for as long as it lives. */
    public int port() {
        return port;
    }

    /** For an HTTP client. */
    public String httpAddress() {
        return "http://127.0.0.1:" + port;
    }

    /** Everything passes unchanged. Undoes whatever fault there was; hooks stay. */
    public synchronized void pass() throws IOException {
        fault = Fault.NONE;
        if (server == null) {
            var listening = new ServerSocket();
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
            server = listening;
            acceptor = Thread.ofVirtual().name("fault-proxy-" + port).start(() -> accept(listening));
        }
    }

    /** Nobody listens: connections are refused, and those that are open break. */
    public synchronized void refuse() throws IOException {
        if (server != null) {
            server.close();
            server = null;
            awaitAcceptor();
        }
        open.forEach(FaultProxy::reset);
    }

    /** Takes each matching request and never answers; the peer never sees it. */
    public void swallow(Predicate<String> request) {
        fault = new Fault(Kind.SWALLOW, request, Duration.ZERO, 0);
    }

    /** Answers each matching request with this status and no body; the peer never sees it. */
    public void answer(Predicate<String> request, int status) {
        fault = new Fault(Kind.ANSWER, request, Duration.ZERO, status);
    }

    /** Holds each matching request back for so long, then passes it on. */
    public void delay(Predicate<String> request, Duration by) {
        fault = new Fault(Kind.DELAY, request, by, 0);
    }

    /**
     * The peer carries a matching request out; when its answer begins to arrive, the caller's connection is reset instead, so
     * that the caller cannot know.
     */
    public void loseAnswer(Predicate<String> request) {
        fault = new Fault(Kind.LOSE_ANSWER, request, Duration.ZERO, 0);
    }

    /** As {@link #loseAnswer}; before the connection is reset, {@code action} runs, once. */
    public void onAnswer(Predicate<String> request, Runnable action) {
        onResponse(request, action);
        loseAnswer(request);
    }

    /** Runs {@code action} once: when the next matching request has come, before the peer sees it. */
    public void onRequest(Predicate<String> request, Runnable action) {
        beforeRequests.add(new Hook(request, action));
    }

    /** Runs {@code action} once: when the answer to a matching request has come, before the caller sees it. */
    public void onResponse(Predicate<String> request, Runnable action) {
        beforeResponses.add(new Hook(request, action));
    }

    @Override
    public void close() throws IOException {
        refuse();
    }

    /** The kernel goes on accepting until the thread that waits in accept has let go of the closed socket. */
    private void awaitAcceptor() throws IOException {
        try {
            if (acceptor != null && !acceptor.join(Duration.ofSeconds(10))) {
                throw new IOException("port " + port + " is still open");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while port " + port + " was closing", e);
        }
    }

    private void accept(ServerSocket listening) {
        while (true) {
            try {
                var caller = listening.accept();
                open.add(caller);
                if (listening.isClosed()) {
                    reset(caller);
                    return;
                }
                Thread.ofVirtual().start(() -> serve(caller));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket caller) {
        try (caller;
                var peer = new Socket()) {
            source.ifPresent(address -> bind(peer, address));
            peer.connect(target, 2000);
            caller.setTcpNoDelay(true);
            peer.setTcpNoDelay(true);
            open.add(peer);
            try {
                var exchanges = new HttpMessages.Exchanges();
                var answers = Thread.ofVirtual().start(() -> passAnswers(caller, peer, exchanges));
                passRequests(caller, peer, exchanges);
                // A client may be done with sending and still want its answer.
                peer.shutdownOutput();
                answers.join();
            } finally {
                open.remove(peer);
            }
        } catch (IOException e) {
            // One side is gone, or never was there; the other learns it by the close.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(caller);
        }
    }

    private void passRequests(Socket caller, Socket peer, HttpMessages.Exchanges exchanges)
            throws IOException, InterruptedException {
        var in = caller.getInputStream();
        var out = peer.getOutputStream();
        while (true) {
            var head = nextHead(in);
            if (head.length == 0) {
                return;
            }
            String line = protocol == Protocol.HTTP ? HttpMessages.firstLine(head) : "";
            runHooks(beforeRequests, line);
            var now = fault;
            if (now.strikes(Kind.SWALLOW, line)) {
                in.transferTo(OutputStream.nullOutputStream());
                return;
            }
            if (now.strikes(Kind.ANSWER, line)) {
                caller.getOutputStream()
                        .write(("HTTP/1.1 " + now.status() + " Fault\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                caller.shutdownOutput();
                in.transferTo(OutputStream.nullOutputStream());
                return;
            }
            if (now.strikes(Kind.DELAY, line)) {
                Thread.sleep(now.delay());
            }
            if (protocol == Protocol.HTTP) {
                exchanges.begin(line);
                HttpMessages.passRequest(head, in, out);
            } else {
                out.write(head);
            }
        }
    }

    private void passAnswers(Socket caller, Socket peer, HttpMessages.Exchanges exchanges) {
        try (caller;
                peer) {
            var in = peer.getInputStream();
            var out = caller.getOutputStream();
            while (true) {
                var head = nextHead(in);
                if (head.length == 0) {
                    return;
                }
                boolean interim = protocol == Protocol.HTTP && HttpMessages.isInterim(head);
                String line = protocol == Protocol.HTTP ? exchanges.current(!interim) : "";
                if (!interim) {
                    // Taken before the hook: it may set the next fault.
                    var now = fault;
                    runHooks(beforeResponses, line);
                    if (now.strikes(Kind.LOSE_ANSWER, line)) {
                        reset(caller);
                        return;
                    }
                }
                if (protocol == Protocol.RAW) {
                    out.write(head);
                } else if (interim) {
                    out.write(head);
                } else if (!HttpMessages.passAnswer(head, in, out, line)) {
                    return;
                }
            }
        } catch (IOException e) {
            // As above: the close says it.
        }
    }

    /** In raw mode whatever has arrived. Nothing when the sender is done. */
    private byte[] nextHead(InputStream in) throws IOException {
        if (protocol == Protocol.HTTP) {
            return HttpMessages.readHead(in);
        }
        var first = in.readNBytes(1);
        if (first.length == 0) {
            return first;
        }
        var rest = in.readNBytes(Math.min(in.available(), 65_536));
        var piece = new byte[1 + rest.length];
        piece[0] = first[0];
        System.arraycopy(rest, 0, piece, 1, rest.length);
        return piece;
    }

    private static void runHooks(List<Hook> hooks, String line) {
        hooks.forEach(hook -> hook.runOnce(line));
    }

    private static void bind(Socket peer, InetAddress address) {
        try {
            peer.bind(new InetSocketAddress(address, 0));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot connect from " + address, e);
        }
    }

    private static void reset(Socket socket) {
        try (socket) {
            // Without lingering a close is a reset, not an orderly end.
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Closed already.
        }
    }

    private enum Protocol {
        HTTP,
        RAW
    }

    private enum Kind {
        NONE,
        SWALLOW,
        ANSWER,
        DELAY,
        LOSE_ANSWER
    }

    private record Fault(Kind kind, Predicate<String> request, Duration delay, int status) {
        static final Fault NONE = new Fault(Kind.NONE, line -> false, Duration.ZERO, 0);

        boolean strikes(Kind which, String line) {
            return kind == which && request.test(line);
        }
    }

    private static final class Hook {
        private final Predicate<String> request;
        private final Runnable action;
        private final AtomicBoolean spent = new AtomicBoolean();

        Hook(Predicate<String> request, Runnable action) {
            this.request = request;
            this.action = action;
        }

        void runOnce(String line) {
            if (request.test(line) && spent.compareAndSet(false, true)) {
                action.run();
            }
        }
    }
}
