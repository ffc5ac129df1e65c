package dev.daypass.cli.api;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where the API is: {@code https}, or {@code http} on a loopback address, since a token goes there. */
public record Endpoint(URI base) {
    private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.\\d{1,3}){3}");

    /** What {@link #parse} takes, for messages. */
    public static final String ACCEPTED =
            "an https:// address without user, query or fragment (http:// only for localhost, 127.0.0.0/8 or [::1])";

    /** Untrusted text: empty unless it is an address that a token may be sent to. */
    public static Optional<Endpoint> parse(String text) {
        URI uri;
        try {
            uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
        String scheme = uri.getScheme();
        String host = uri.getHost();
        if (scheme == null
                || host == null
                || uri.getRawUserInfo() != null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null) {
            return Optional.empty();
        }
        boolean allowed = switch (scheme.toLowerCase(Locale.ROOT)) {
            case "https" -> true;
            case "http" -> isLoopback(host);
            default -> false;
        };
        return allowed ? Optional.of(new Endpoint(uri)) : Optional.empty();
    }

    /** The address of a route, {@code path} beginning with a slash. */
    URI at(String path) {
        return URI.create(base + path);
    }

    @Override
    public String toString() {
        return base.toString();
    }

    /** By its text alone: a name that resolves to loopback today may resolve elsewhere tomorrow. */
    private static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost")
                || host.equals("[::1]")
                || LOOPBACK_V4.matcher(host).matches();
    }
}
