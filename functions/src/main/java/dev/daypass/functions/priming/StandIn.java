package dev.daypass.functions.priming;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Answers, on loopback and only while the function is being primed, as S3, DynamoDB, Vault and an issuer's key server would
 * to one vend. What it does not know it answers with 501.
 */
final class StandIn implements AutoCloseable {
    private final ServerSocket server;
    private final byte[] configuration;
    private final byte[] jwks;
    private volatile String item = "{}";

    StandIn(byte[] configuration, byte[] jwks) throws IOException {
        this.configuration = configuration;
        this.jwks = jwks;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var accepting = new Thread(this::accept, "priming-stand-in");
        accepting.setDaemon(true);
        accepting.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                var serving = new Thread(() -> serve(socket), "priming-stand-in");
                serving.setDaemon(true);
                serving.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = socket.getInputStream();
            var out = socket.getOutputStream();
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                byte[] body = in.readNBytes(Integer.parseInt(header(head, "content-length", "0")));
                out.write(answer(head, body));
                out.flush();
            }
        } catch (IOException | NumberFormatException e) {
            // The caller sees its connection close, and priming reports what it did not reach.
        }
    }

    private byte[] answer(String head, byte[] body) {
        String line = head.substring(0, head.indexOf('\r'));
        if (line.startsWith("GET /jwks")) {
            return ok("application/json", jwks);
        }
        if (line.startsWith("GET ") && line.contains("/configurations/")) {
            return ok("application/json", configuration);
        }
        if (line.startsWith("PUT ")) {
            return ok("application/xml", new byte[0]);
        }
        String operation = header(head, "x-amz-target", "");
        if (operation.endsWith(".TransactWriteItems")) {
            item = firstItem(new String(body, StandardCharsets.UTF_8));
            return json("{}");
        }
        if (operation.endsWith(".UpdateItem")) {
            return json("{\"Attributes\":" + item + "}");
        }
        if (line.contains("/v1/auth/token/create/")) {
            return json(auth(1));
        }
        if (line.contains("/v1/auth/")) {
            return json(auth(30));
        }
        if (line.contains("/v1/database/creds/")) {
            return json(
                    "{\"request_id\":\"r\",\"lease_id\":\"database/creds/x/y\",\"renewable\":true,\"lease_duration\":1,"
                            + "\"data\":{\"username\":\"dp_" + header(head, "x-daypass-session", "")
                            + "\",\"password\":\"p\"}}");
        }
        return "HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    }

    /** What the transaction writes first is the session; it is what an update then answers with. No text in it has braces. */
    private static String firstItem(String transaction) {
        int from = transaction.indexOf("\"Item\":") + 7;
        int open = 0;
        for (int i = from; i < transaction.length(); i++) {
            char c = transaction.charAt(i);
            open += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (open == 0) {
                return transaction.substring(from, i + 1);
            }
        }
        return "{}";
    }

    private static String auth(int seconds) {
        return "{\"request_id\":\"r\",\"lease_id\":\"\",\"renewable\":false,\"lease_duration\":0,\"data\":null,\"auth\":{"
                + "\"client_token\":\"t\",\"accessor\":\"a\",\"policies\":[\"p\"],\"token_policies\":[\"p\"],"
                + "\"metadata\":{\"role\":\"r\"},\"lease_duration\":" + seconds
                + ",\"renewable\":true,\"entity_id\":\"e\",\"token_type\":\"service\",\"orphan\":true}}";
    }

    private static byte[] json(String text) {
        return ok("application/json", text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] ok(String type, byte[] body) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(body);
        return out.toByteArray();
    }

    private static String header(String head, String name, String otherwise) {
        String lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("\r\n" + name + ":");
        if (at < 0) {
            return otherwise;
        }
        int from = at + name.length() + 3;
        return head.substring(from, head.indexOf('\r', from)).strip();
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            head.append((char) b);
            if (b == '\n'
                    && head.length() > 3
                    && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                return head.toString();
            }
        }
        return "";
    }
}
