package dev.daypass.functions.net;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Lets the Vault driver speak through an {@link HttpTransport}: the driver takes any {@link HttpClient}, and the JDK's own
 * costs more to start than everything else on the way ({@code docs/decisions/0006-one-http-client.md}). Blocking calls
 * only; publishers must hold their bytes ready, as those of {@link HttpRequest.BodyPublishers} over arrays and strings
 * do. Failures are {@link NotSentException} and {@link NoAnswerException}. Safe for threads.
 */
public final class DriverHttpClient extends HttpClient {
    private final HttpTransport transport;
    private final HttpTransport.Options options;

    public DriverHttpClient(HttpTransport transport, HttpTransport.Options options) {
        this.transport = transport;
        this.options = options;
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) throws IOException {
        var call = HttpCall.of(request.method(), request.uri());
        for (var header : request.headers().map().entrySet()) {
            for (var value : header.getValue()) {
                call = call.header(header.getKey(), value);
            }
        }
        if (request.bodyPublisher().isPresent()) {
            call = call.body(bytes(request.bodyPublisher().get()));
        }
        var reply = transport.send(call, request.timeout().orElse(options.callTimeout()), options.maxReplyBytes());
        var byName = new HashMap<String, List<String>>();
        for (var header : reply.headers()) {
            byName.computeIfAbsent(header.name(), n -> new ArrayList<>()).add(header.value());
        }
        var headers = HttpHeaders.of(byName, (name, value) -> true);
        return new Answer<>(request, reply.status(), headers, body(reply, headers, handler));
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        throw new UnsupportedOperationException("this client blocks");
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request,
            HttpResponse.BodyHandler<T> handler,
            HttpResponse.@Nullable PushPromiseHandler<T> pushPromiseHandler) {
        throw new UnsupportedOperationException("this client blocks");
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return Optional.empty();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return Optional.of(options.connectTimeout());
    }

    @Override
    public Redirect followRedirects() {
        return Redirect.NEVER;
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return Optional.empty();
    }

    @Override
    public SSLContext sslContext() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public SSLParameters sslParameters() {
        return sslContext().getDefaultSSLParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return Optional.empty();
    }

    @Override
    public Version version() {
        return Version.HTTP_1_1;
    }

    @Override
    public Optional<Executor> executor() {
        return Optional.empty();
    }

    private static byte[] bytes(HttpRequest.BodyPublisher publisher) throws IOException {
        var collected = HttpResponse.BodySubscribers.ofByteArray();
        publisher.subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                collected.onSubscribe(subscription);
            }

            @Override
            public void onNext(ByteBuffer item) {
                collected.onNext(List.of(item));
            }

            @Override
            public void onError(Throwable failure) {
                collected.onError(failure);
            }

            @Override
            public void onComplete() {
                collected.onComplete();
            }
        });
        return now(collected.getBody());
    }

    private static <T> T body(HttpReply reply, HttpHeaders headers, HttpResponse.BodyHandler<T> handler)
            throws IOException {
        var subscriber = handler.apply(new HttpResponse.ResponseInfo() {
            @Override
            public int statusCode() {
                return reply.status();
            }

            @Override
            public HttpHeaders headers() {
                return headers;
            }

            @Override
            public Version version() {
                return Version.HTTP_1_1;
            }
        });
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                // All there is comes at once, below.
            }

            @Override
            public void cancel() {
                // As above.
            }
        });
        subscriber.onNext(List.of(ByteBuffer.wrap(reply.body()).asReadOnlyBuffer()));
        subscriber.onComplete();
        return now(subscriber.getBody());
    }

    private static <T> T now(CompletionStage<T> stage) throws IOException {
        var future = stage.toCompletableFuture();
        if (!future.isDone()) {
            throw new IOException("a body that is not ready at once is not taken by this client");
        }
        try {
            return future.join();
        } catch (CompletionException e) {
            throw new IOException("a body could not be read", e);
        }
    }

    private record Answer<T>(HttpRequest request, int statusCode, HttpHeaders headers, T body)
            implements HttpResponse<T> {
        @Override
        public Optional<HttpResponse<T>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public Optional<javax.net.ssl.SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return request.uri();
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }

        /** The headers and the body may be secret. */
        @Override
        public String toString() {
            return request.method() + " " + statusCode;
        }
    }
}
