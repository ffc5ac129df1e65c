package dev.daypass.functions.net;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One request. Not a record: its headers and its body hold secrets. Unmodifiable, so safe for threads.
 */
public final class HttpCall {
    /** The longest body, in bytes; see {@link HttpTransport} for why there is a bound. */
    public static final int MAX_BODY_BYTES = 64 * 1024;

    private static final byte[] NO_BODY = {};

    private final String method;
    private final URI uri;
    private final List<HttpHeader> headers;
    private final byte[] body;

    private HttpCall(String method, URI uri, List<HttpHeader> headers, byte[] body) {
        this.method = method;
        this.uri = uri;
        this.headers = headers;
        this.body = body;
    }

    /**
     * @param method an upper-case token, such as {@code GET}
     * @param uri absolute, {@code http} or {@code https}, with a host; its raw path and query are sent as they are
     * @throws IllegalArgumentException if either is anything else
     */
    public static HttpCall of(String method, URI uri) {
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("not an http or https address with a host and without a user");
        }
        if (!isUpperCase(method)) {
            throw new IllegalArgumentException("not an HTTP method");
        }
        return new HttpCall(method, uri, List.of(), NO_BODY);
    }

    /** The same with one header more. */
    public HttpCall header(String name, String value) {
        var more = new ArrayList<>(headers);
        more.add(new HttpHeader(name, value));
        return new HttpCall(method, uri, List.copyOf(more), body);
    }

    /**
     * The same with this body, of which no copy is made.
     *
     * @throws IllegalArgumentException if it is longer than {@link #MAX_BODY_BYTES}
     */
    public HttpCall body(byte[] bytes) {
        if (bytes.length > MAX_BODY_BYTES) {
            throw new IllegalArgumentException(
                    "a request's body has " + bytes.length + " bytes; at most " + MAX_BODY_BYTES + " are sent");
        }
        return new HttpCall(method, uri, headers, bytes);
    }

    public String method() {
        return method;
    }

    public URI uri() {
        return uri;
    }

    public List<HttpHeader> headers() {
        return headers;
    }

    public Optional<String> header(String name) {
        return HttpHeader.first(headers, name);
    }

    byte[] body() {
        return body;
    }

    /** What is asked of whom; no header, no query, no body. */
    @Override
    public String toString() {
        return method + " " + uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
    }

    private static boolean isUpperCase(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < 'A' || text.charAt(i) > 'Z') {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
