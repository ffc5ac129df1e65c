package dev.daypass.functions.net;

import java.util.List;
import java.util.Optional;

/** One complete answer. Not a record: its body may be a secret. */
public final class HttpReply {
    private final int status;
    private final List<HttpHeader> headers;
    private final byte[] body;

    HttpReply(int status, List<HttpHeader> headers, byte[] body) {
        this.status = status;
        this.headers = List.copyOf(headers);
        this.body = body;
    }

    /** 200 to 599. */
    public int status() {
        return status;
    }

    /** In the order in which they came. */
    public List<HttpHeader> headers() {
        return headers;
    }

    /** The first of this name, upper and lower case being the same. */
    public Optional<String> header(String name) {
        return HttpHeader.first(headers, name);
    }

    /** The bytes themselves, not a copy; empty if there is no body. */
    public byte[] body() {
        return body;
    }

    @Override
    public String toString() {
        return status + ", " + body.length + " bytes";
    }
}
