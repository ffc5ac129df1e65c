package dev.daypass.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Speaks docs/api.md on loopback for one session, by a script of exceptions; whatever it does not know answers 501. Not
 * a broker: no rule of the real one is in here.
 */
final class ScriptedBroker implements AutoCloseable {
    static final String SESSION = "01k9z3v5q8r2s4t6w8x0y1z2a3";
    static final String HANDLE = "dph_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ";
    /** Has what a pgpass line must escape, and what a shell would take apart. */
    static final String PASSWORD = "s3:cr\\et-':\\\\p";

    static final String TOKEN = "eyJhbGciOiJub25lIn0.e30.c2ln";

    /** An answer that is given once, in place of the ordinary one. */
    record Answer(int status, String body) {}

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Answer> vends = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Answer> renewals = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Answer> endings = new ConcurrentLinkedQueue<>();

    volatile Duration lease = Duration.ofMinutes(10);
    volatile Duration window = Duration.ofHours(1);
    volatile Duration vendTakes = Duration.ZERO;
    volatile int databasePort = 5432;

    private final Instant began = Instant.now();

    ScriptedBroker() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Method, path and the kind of bearer, one line a request. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    List<String> bodies() {
        return List.copyOf(bodies);
    }

    void nextVend(int status, String body) {
        vends.add(new Answer(status, body));
    }

    void nextRenewal(int status, String body) {
        renewals.add(new Answer(status, body));
    }

    void nextEnding(int status, String body) {
        endings.add(new Answer(status, body));
    }

    static String problem(String code, int status, boolean retryable) {
        return """
                {"type":"https://daypass.dev/problems/%s","title":"A title","status":%d,"code":"%s","detail":"the detail",
                 "field":"ttl","accepted":"at most PT15M","retryable":%s,"correlationId":"c-1"}""".formatted(code, status, code, retryable);
    }

    String view(String status) {
        return """
                {"session":"%s","status":"%s","user":"dp_%s","grant":"orders-read","agent":"a","createdAt":"%s",
                 "expiresAt":"%s","window":"%s"%s}""".formatted(
                        SESSION,
                        status,
                        SESSION,
                        began,
                        min(Instant.now().plus(lease), began.plus(window)),
                        began.plus(window),
                        status.equals("ACTIVE") ? "" : ",\"endReason\":\"requested\"");
    }

    /** Of a grant that allows no renewal. */
    String vendedOfMariaDb() {
        return """
                {"session":"%s","handle":"%s","user":"dp_%s","password":"%s","engine":"mariadb","host":"127.0.0.1",
                 "port":3306,"database":"dpg_orders_read",
                 "jdbcUrl":"jdbc:mariadb://127.0.0.1:3306/dpg_orders_read?sslMode=verify-full","tls":{"mode":"verify-full"},
                 "expiresAt":"%s","window":"%s",
                 "grant":{"name":"orders-read","version":"1","digest":"sha256:00","scope":["select on customers(id)"]}}""".formatted(
                        SESSION,
                        HANDLE,
                        SESSION,
                        PASSWORD.replace("\\", "\\\\"),
                        Instant.now().plus(lease),
                        began.plus(window));
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String bearer = switch (String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"))) {
                case "Bearer " + TOKEN -> "token";
                case "Bearer " + HANDLE -> "handle";
                default -> "neither";
            };
            String route = exchange.getRequestMethod() + " "
                    + exchange.getRequestURI().getPath().replace(SESSION, "{id}") + " " + bearer;
            requests.add(route);
            bodies.add(body);
            var reply = switch (route) {
                case "POST /v1/sessions token" -> vend();
                case "GET /v1/sessions/{id} handle", "GET /v1/sessions/{id} token" -> new Answer(200, view("ACTIVE"));
                case "POST /v1/sessions/{id}/renew handle" -> or(renewals.poll(), 200, view("ACTIVE"));
                case "DELETE /v1/sessions/{id} handle" -> or(endings.poll(), 200, view("ENDED"));
                default -> new Answer(501, "{}");
            };
            var bytes = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .add("Content-Type", reply.status() < 300 ? "application/json" : "application/problem+json");
            exchange.sendResponseHeaders(reply.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private Answer vend() throws IOException {
        try {
            Thread.sleep(vendTakes);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        var now = Instant.now();
        return or(vends.poll(), 201, """
                {"session":"%s","handle":"%s","user":"dp_%s","password":"%s","host":"127.0.0.1","port":%d,
                 "database":"orders","jdbcUrl":"jdbc:postgresql://127.0.0.1:5432/orders?sslmode=disable",
                 "libpqUri":"postgresql://dp_%s@127.0.0.1:5432/orders?sslmode=disable","tls":{"mode":"disable"},
                 "expiresAt":"%s","renewBefore":"%s","window":"%s","notKnownYet":1,
                 "grant":{"name":"orders-read","version":"1","digest":"sha256:00","scope":["select on customers(id)"]}}""".formatted(
                        SESSION,
                        HANDLE,
                        SESSION,
                        PASSWORD.replace("\\", "\\\\"),
                        databasePort,
                        SESSION,
                        now.plus(lease),
                        now.plus(lease.multipliedBy(7).dividedBy(10)),
                        began.plus(window)));
    }

    private static Answer or(@Nullable Answer scripted, int status, String body) {
        return scripted == null ? new Answer(status, body) : scripted;
    }

    private static Instant min(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
