package dev.daypass.testbed.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.daypass.testbed.ManagedProcess;
import dev.daypass.testbed.Reaper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * One execution environment of a function at a time: the deployed archive, started by its own {@code bootstrap}, and the
 * Runtime API that it asks for events (AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes"). For
 * measurements, and for faults that cannot be put between a deployed function and its peers. Not thread-safe: one
 * invocation at a time, as in Lambda.
 */
public final class LambdaHost implements AutoCloseable {
    private static final String RUNTIME = "/2018-06-01/runtime/";

    private final Reaper reaper;
    private final Options options;
    private @Nullable Environment environment;

    private LambdaHost(Reaper reaper, Options options) {
        this.reaper = reaper;
        this.options = options;
    }

    /** Starts the first environment and returns at once; what it does then is its initialisation. */
    public static LambdaHost start(Reaper reaper, Options options) throws IOException {
        var host = new LambdaHost(reaper, options);
        host.restart();
        return host;
    }

    /** Unpacks the archive as Lambda does, executable bits included, into a directory that is made for it. */
    public static Path explode(Path archive, Path directory) throws IOException {
        var root = Files.createDirectories(directory.toAbsolutePath());
        try (var zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().<ZipEntry>map(e -> e)::iterator) {
                var target = root.resolve(entry.getName()).normalize();
                if (!target.startsWith(root)) {
                    throw new IOException(archive + " holds " + entry.getName() + ", outside of its own directory");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.resolveSibling("."));
                    try (var in = zip.getInputStream(entry)) {
                        Files.copy(in, target);
                    }
                }
            }
        }
        Files.setPosixFilePermissions(root.resolve("bootstrap"), PosixFilePermissions.fromString("rwxr-xr-x"));
        return root;
    }

    /**
     * Hands an event to the function and waits for what becomes of it. One that takes too long is killed, as Lambda does;
     * then, and after {@link Exited}, {@link #restart} has to follow.
     *
     * @param event JSON
     * @param timeout the function's own, initialisation included; the function is told when it ends
     */
    public Outcome invoke(String event, Duration timeout) throws InterruptedException {
        var current = running();
        var answer = new CompletableFuture<Outcome>();
        var outcome = await(
                CompletableFuture.anyOf(answer, current.failedInit, current.exit)
                        .thenApply(Outcome.class::cast),
                timeout,
                () -> current.offer(new Invocation(
                        UUID.randomUUID().toString(), event, System.currentTimeMillis() + timeout.toMillis(), answer)));
        if (outcome.isPresent()) {
            return outcome.get();
        }
        kill();
        return new TimedOut(timeout);
    }

    /**
     * Waits until the environment is initialised: until it asks for its first event, or, with {@link Options#snapStart},
     * until it is ready for its snapshot.
     *
     * @return what went wrong; empty if nothing did
     */
    public Optional<Outcome> awaitInitialised(Duration limit) throws InterruptedException {
        var current = running();
        var settled =
                await(CompletableFuture.anyOf(current.initialised, current.failedInit, current.exit), limit, () -> {});
        if (settled.isEmpty()) {
            kill();
            return Optional.of(new TimedOut(limit));
        }
        return settled.get() instanceof Outcome failure ? Optional.of(failure) : Optional.empty();
    }

    /**
     * Lets an environment that is ready for its snapshot go on, as a restored copy would: it runs its after-restore hooks
     * and asks for its first event. What this cannot show is the restoring itself.
     */
    public void restore() {
        running().restored.complete(null);
    }

    /** Kills the environment at once, in whatever it is doing. */
    public void kill() {
        var current = environment;
        if (current != null) {
            environment = null;
            current.close();
        }
    }

    /** Kills the environment, if there is one, and starts another: a cold start. */
    public void restart() throws IOException {
        kill();
        environment = new Environment(reaper, options);
    }

    /** What the function printed, in all environments. */
    public Path log() {
        return options.log();
    }

    /** As {@link #kill}. */
    @Override
    public void close() {
        kill();
    }

    private Environment running() {
        var current = environment;
        if (current == null) {
            throw new IllegalStateException("the environment was ended; restart() first");
        }
        return current;
    }

    private static <T> Optional<T> await(CompletableFuture<T> settled, Duration limit, Runnable first)
            throws InterruptedException {
        first.run();
        try {
            return Optional.of(settled.get(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * How a function is run.
     *
     * @param taskRoot the exploded archive; it is only read, so that any number of hosts may share it
     * @param handler for example {@code dev.daypass.functions.http.VendHandler::handleRequest}
     * @param environment all of the function's variables, credentials and JAVA_HOME included: nothing is inherited
     * @param log takes what the function prints, after what is there already
     * @param snapStart whether it is told to get ready for a snapshot; then {@link #restore} has to be called
     */
    public record Options(Path taskRoot, String handler, Map<String, String> environment, Path log, boolean snapStart) {
        public Options {
            environment = Map.copyOf(environment);
        }

        /** Without the values of the environment: credentials are among them. */
        @Override
        public String toString() {
            return "Options[" + handler + ", variables " + environment.keySet() + "]";
        }
    }

    /** What became of an invocation. */
    public sealed interface Outcome {}

    /**
     * The function answered.
     *
     * @param body what it wrote
     */
    public record Answered(String body) implements Outcome {}

    /**
     * The function threw.
     *
     * @param errorType Lambda's own class of it, for example {@code Runtime.UserException}
     * @param body the runtime client's JSON: errorMessage, errorType (the exception's class), stackTrace
     */
    public record Failed(String errorType, String body) implements Outcome {}

    /**
     * The function could not be initialised.
     *
     * @param errorType as in {@link Failed}
     * @param body as in {@link Failed}
     */
    public record InitFailed(String errorType, String body) implements Outcome {}

    /**
     * It took too long and was killed.
     *
     * @param after how long it had
     */
    public record TimedOut(Duration after) implements Outcome {}

    /**
     * The process ended without an answer.
     *
     * @param code its exit code; 128 + the signal's number where a signal ended it
     */
    public record Exited(int code) implements Outcome {}

    private record Invocation(String id, String event, long deadline, CompletableFuture<Outcome> answer) {}

    /** One process, and a Runtime API of its own: a late answer from an earlier one finds nobody. */
    private static final class Environment {
        final CompletableFuture<Object> initialised = new CompletableFuture<>();
        final CompletableFuture<Object> failedInit = new CompletableFuture<>();
        final CompletableFuture<Object> exit;
        final CompletableFuture<@Nullable Void> restored = new CompletableFuture<>();

        private final BlockingQueue<Invocation> waiting = new ArrayBlockingQueue<>(1);
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final HttpServer server;
        private final ManagedProcess process;
        private volatile @Nullable Invocation current;

        Environment(Reaper reaper, Options options) throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(threads);
            server.createContext(RUNTIME, this::serve);
            server.start();

            var variables = new HashMap<>(options.environment());
            variables.putIfAbsent("PATH", "/usr/local/bin:/usr/bin:/bin");
            variables.putIfAbsent("AWS_LAMBDA_FUNCTION_NAME", "local");
            variables.putIfAbsent("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769");
            variables.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
            variables.put("AWS_LAMBDA_LOG_GROUP_NAME", "local");
            variables.put("AWS_LAMBDA_LOG_STREAM_NAME", UUID.randomUUID().toString());
            variables.put("AWS_LAMBDA_INITIALIZATION_TYPE", options.snapStart() ? "snap-start" : "on-demand");
            variables.put(
                    "AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + server.getAddress().getPort());
            variables.put("LAMBDA_TASK_ROOT", options.taskRoot().toString());
            variables.put("_HANDLER", options.handler());
            try {
                process = reaper.start(
                        "function",
                        List.of(options.taskRoot().resolve("bootstrap").toString()),
                        variables,
                        options.taskRoot(),
                        options.log());
            } catch (IOException | RuntimeException e) {
                server.stop(0);
                throw e;
            }
            exit = ProcessHandle.of(process.pid())
                    .map(ProcessHandle::onExit)
                    .orElseGet(() -> CompletableFuture.completedFuture(null))
                    .thenApply(handle -> new Exited(process.exitCode().orElse(-1)));
        }

        void offer(Invocation invocation) {
            if (!waiting.offer(invocation)) {
                throw new IllegalStateException("an invocation is waiting already: one at a time");
            }
        }

        void close() {
            process.kill();
            server.stop(0);
            threads.shutdownNow();
        }

        private void serve(HttpExchange exchange) throws IOException {
            try (exchange) {
                var path = exchange.getRequestURI().getPath().substring(RUNTIME.length());
                switch (path) {
                    case "invocation/next" -> next(exchange);
                    case "restore/next" -> {
                        // The before-checkpoint hooks have run. On AWS this request returns in the restored copy.
                        initialised.complete(true);
                        restored.join();
                        answer(exchange, 200, "");
                    }
                    case "init/error", "restore/error" -> {
                        failedInit.complete(new InitFailed(errorType(exchange), body(exchange)));
                        answer(exchange, 202, "");
                    }
                    default -> settle(exchange, path);
                }
            }
        }

        private void next(HttpExchange exchange) throws IOException {
            initialised.complete(true);
            Invocation invocation;
            try {
                invocation = waiting.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            current = invocation;
            var headers = exchange.getResponseHeaders();
            headers.set("Content-Type", "application/json");
            headers.set("Lambda-Runtime-Aws-Request-Id", invocation.id());
            headers.set("Lambda-Runtime-Deadline-Ms", Long.toString(invocation.deadline()));
            headers.set(
                    "Lambda-Runtime-Invoked-Function-Arn",
                    "arn:aws:lambda:eu-central-1:" + AwsEndpoint.ACCOUNT_ID + ":function:local");
            answer(exchange, 200, invocation.event());
        }

        private void settle(HttpExchange exchange, String path) throws IOException {
            var invocation = current;
            var outcome = Optional.<Outcome>empty();
            if (invocation != null && path.equals("invocation/" + invocation.id() + "/response")) {
                outcome = Optional.of(new Answered(body(exchange)));
            } else if (invocation != null && path.equals("invocation/" + invocation.id() + "/error")) {
                outcome = Optional.of(new Failed(errorType(exchange), body(exchange)));
            }
            if (invocation != null && outcome.isPresent()) {
                current = null;
                answer(exchange, 202, "");
                invocation.answer().complete(outcome.get());
            } else {
                answer(
                        exchange,
                        400,
                        "{\"errorMessage\": \"Invalid request ID\", \"errorType\": \"InvalidRequestID\"}");
            }
        }

        private static String errorType(HttpExchange exchange) {
            return Optional.ofNullable(exchange.getRequestHeaders().getFirst("Lambda-Runtime-Function-Error-Type"))
                    .orElse("unknown");
        }

        private static String body(HttpExchange exchange) throws IOException {
            return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        }

        private static void answer(HttpExchange exchange, int status, String body) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
