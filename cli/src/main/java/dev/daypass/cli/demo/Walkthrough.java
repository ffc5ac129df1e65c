package dev.daypass.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daypass.cli.local.LocalDaypass;
import dev.daypass.testbed.aws.StackFunction;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The demo's steps. Each prints what was asked and what came back, and whether that is what it should be. */
final class Walkthrough {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LocalDaypass daypass;
    private final PrintWriter out;
    private final HttpClient http = HttpClient.newHttpClient();
    private boolean good = true;
    private int step;

    Walkthrough(LocalDaypass daypass, PrintWriter out) {
        this.daypass = daypass;
        this.out = out;
    }

    /** @return whether every step was what it should be */
    boolean run() throws IOException, InterruptedException, SQLException {
        title("The agent's identity token, from its own identity provider");
        String token = daypass.tokenOf("agent:support-bot");
        show(claims(token));

        title("It asks for a session");
        String request = "{\"grant\":\"orders-support-read\",\"ttl\":\"PT5M\",\"purpose\":\"TICKET-7\"}";
        print("POST /v1/sessions  " + request);
        var vended = send("POST", "/v1/sessions", token, request);
        show(masked(vended.body()));
        check("201 Created", vended.status() == 201);
        if (vended.status() != 201) {
            return false;
        }
        String session = vended.body().path("session").asText();
        String user = vended.body().path("user").asText();

        title("What was about to happen was locked before the user existed");
        intent(session);

        title("The database knows a user that belongs to this session alone");
        print("SELECT rolname, rolvaliduntil FROM pg_roles WHERE rolname = '" + user + "'");
        check("it is there", roleExists(user));

        try (var connection = connect(vended.body())) {
            title("What the grant says works");
            print("SELECT count(*) FROM orders");
            print("  " + count(connection, "SELECT count(*) FROM orders") + " rows");
            title("What the grant does not say does not");
            print("SELECT count(*) FROM staff_salaries");
            refusedQuery(connection, "SELECT count(*) FROM staff_salaries");

            title("A tampered token gets nothing");
            var tampered = send("POST", "/v1/sessions", tampered(daypass.tokenOf("agent:support-bot")), request);
            show(tampered.body());
            check(
                    "401 signature_invalid",
                    tampered.status() == 401
                            && tampered.body().path("code").asText().equals("signature_invalid"));

            title("The task ends while a connection is open");
            print("DELETE /v1/sessions/" + session);
            var ended = send(
                    "DELETE",
                    "/v1/sessions/" + session,
                    vended.body().path("handle").asText(),
                    "");
            show(ended.body());
            check(
                    "ENDED, after the catalog was read",
                    ended.body().path("status").asText().equals("ENDED")
                            && ended.body().has("verifiedAt"));
            broken(connection);
        }
        gone(vended.body(), user);

        title("Nobody can take the record back");
        deletionRefused(session);
        return good;
    }

    private void intent(String session) throws IOException {
        String key = daypass.evidenceKey("intents", session);
        var head = daypass.evidenceHead("intents", session);
        print("s3://" + daypass.evidenceBucket() + "/" + key);
        show(JSON.readTree(daypass.evidence("intents", session)));
        print("  lock: " + head.objectLockMode() + " until " + head.objectLockRetainUntilDate());
        check("locked in COMPLIANCE mode", "COMPLIANCE".equals(String.valueOf(head.objectLockMode())));
    }

    private void refusedQuery(Connection connection, String sql) {
        try {
            count(connection, sql);
            check("refused", false);
        } catch (SQLException e) {
            print("  " + e.getMessage());
            check("refused with 42501, insufficient privilege", "42501".equals(e.getSQLState()));
        }
    }

    private void broken(Connection connection) {
        try {
            count(connection, "SELECT 1");
            check("the open connection is closed", false);
        } catch (SQLException e) {
            check("the open connection is closed", true);
        }
    }

    private void gone(JsonNode vended, String user) throws SQLException {
        try {
            connect(vended).close();
            check("the login is refused", false);
        } catch (SQLException e) {
            check("the login is refused", "28P01".equals(e.getSQLState()));
        }
        check("the user is gone from pg_roles", !roleExists(user));
    }

    private void deletionRefused(String session) {
        String key = daypass.evidenceKey("intents", session);
        var s3 = daypass.administratorS3();
        String version = daypass.evidenceVersion(key);
        print("DeleteObject of the intent's version, as the account's administrator");
        try {
            s3.deleteObject(r -> r.bucket(daypass.evidenceBucket()).key(key).versionId(version));
            check("refused", false);
        } catch (S3Exception e) {
            print("  " + e.statusCode() + " " + e.awsErrorDetails().errorCode());
            check("refused with 403", e.statusCode() == 403);
        }
    }

    void printWhatToTry() {
        print("");
        print("Everything is running. Try, in another terminal:");
        print("");
        // In quotes: the address ends in a word that a shell would take for a variable.
        print("  export DAYPASS_URL='" + daypass.api() + "'");
        print("  ./daypass exec --token-command \"curl -s -d client_id=agent:me "
                + daypass.idp().issuer() + "/token | sed 's/.*access_token\\\":\\\"//; s/\\\".*//'\" \\");
        print("      --grant orders-support-read --purpose TICKET-8 -- psql");
        print("");
        print("  the functions' own events: "
                + daypass.stack().log(StackFunction.VEND).getParent());
        print("  OpenBao's audit:           " + daypass.vault().auditFiles().getFirst());
        print("  PostgreSQL's log:          " + daypass.postgres().log());
        print("");
        print("Ctrl-C stops and removes all of it.");
    }

    private void title(String text) {
        print("");
        print(++step + ". " + text);
    }

    private void check(String expectation, boolean holds) {
        good &= holds;
        print((holds ? "   ok    " : "   WRONG ") + expectation);
    }

    private void show(JsonNode json) {
        json.toPrettyString().lines().forEach(line -> print("   " + line));
    }

    private void print(String line) {
        out.println(line);
        out.flush();
    }

    private record Answer(int status, JsonNode body) {}

    private Answer send(String method, String path, String bearer, String body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(daypass.api() + path))
                .header("Authorization", "Bearer " + bearer)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        var answer = http.send(request, BodyHandlers.ofString());
        return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
    }

    private static JsonNode claims(String token) throws IOException {
        String payload = token.substring(token.indexOf('.') + 1, token.lastIndexOf('.'));
        return JSON.readTree(new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8));
    }

    /** What a screen may show: the two secrets of the answer are cut. */
    private static JsonNode masked(JsonNode answer) {
        if (answer instanceof ObjectNode object) {
            ObjectNode copy = object.deepCopy();
            for (var secret : new String[] {"password", "handle"}) {
                if (copy.has(secret)) {
                    copy.put(secret, "…");
                }
            }
            return copy;
        }
        return answer;
    }

    private static String tampered(String token) {
        int at = token.length() - 40;
        return token.substring(0, at) + (token.charAt(at) == 'A' ? 'B' : 'A') + token.substring(at + 1);
    }

    private static Connection connect(JsonNode vended) throws SQLException {
        return DriverManager.getConnection(
                vended.path("jdbcUrl").asText(),
                vended.path("user").asText(),
                vended.path("password").asText());
    }

    private boolean roleExists(String user) throws SQLException {
        try (var owner = daypass.postgres().ownerConnection("orders");
                var statement =
                        owner.prepareStatement("SELECT rolname, rolvaliduntil FROM pg_roles WHERE rolname = ?")) {
            statement.setString(1, user);
            try (var rows = statement.executeQuery()) {
                if (!rows.next()) {
                    print("  (no row)");
                    return false;
                }
                print("  " + rows.getString(1) + " | valid until " + rows.getString(2));
                return true;
            }
        }
    }

    private static int count(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }
}
