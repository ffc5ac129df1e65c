package dev.daypass.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daypass.cli.local.LocalDaypass;
import dev.daypass.cli.local.LocalRecord.Copy;
import dev.daypass.cli.local.LocalRecord.Run;
import dev.daypass.testbed.aws.StackFunction;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The demo's steps. Each prints what was asked and what came back, and whether that is what it should be. */
final class Walkthrough {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A test number that Visa publishes. */
    private static final String CARD = "4111 1111 1111 1111";

    /** PCI DSS v4.0.1 3.4.1: at most the BIN and the last four digits are displayed. */
    private static final Pattern MASKED_CARD = Pattern.compile("[0-9]{6}\\*+[0-9]{4}");

    /** Every forwarder starts for this. */
    private static final Duration RECORDED = Duration.ofMinutes(2);

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
            String query = "SELECT count(*) FROM orders /* for card " + CARD + " */";
            print(query);
            print("  " + count(connection, query) + " rows");
            title("Card numbers are masked, whatever SQL is used");
            maskedCards(connection);
            title("What the grant does not say does not");
            for (var sql : List.of("SELECT pan FROM public.payments", "SELECT count(*) FROM public.staff_salaries")) {
                print(sql);
                refusedQuery(connection, sql);
            }

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

        title("All of it is on the record, from token to ending");
        var copy = sealedCopy();
        timeline(session, copy);
        title("A stranger checks a copy of the bucket with one public key, offline");
        verified(copy);
        title("Somebody alters one byte of the copy");
        altered(session, copy);
        return good;
    }

    private Copy sealedCopy() throws IOException, InterruptedException {
        var record = daypass.record();
        try {
            print("waiting until the forwarders have written every line");
            Instant until = record.awaitRecorded(RECORDED);
            record.sealNow();
            record.reconcile(until);
            record.sealNow();
        } catch (TimeoutException e) {
            throw new IOException(e);
        }
        return record.auditor().copy(daypass.workingDirectory("audit").resolve("copy"));
    }

    private void timeline(String session, Copy copy) throws IOException, InterruptedException {
        print("daypass audit timeline " + session + " --copy COPY");
        var run = daypass.record()
                .auditor()
                .run("timeline", session, "--copy", copy.folder().toString());
        show(run, 60);
        check("it tells the session's steps", run.code() == 0);
        for (var step : List.of("intent", "logon", "account.create", "datastore.read", "account.delete", "ending")) {
            check(step, run.out().contains("  " + step + "  "));
        }
        check(
                "the card number of the query is a digest",
                run.out().contains("card pan:") && !run.out().contains(CARD));
    }

    private void verified(Copy copy) throws IOException, InterruptedException {
        print("daypass audit verify --copy COPY --public-key KEY.pem --head HEADS");
        var run = daypass.record().auditor().verify(copy, "--contents");
        show(run, 20);
        check("both verdicts are good", run.code() == 0);
    }

    private void altered(String session, Copy copy) throws IOException, InterruptedException {
        Path intent = copy.folder().resolve(daypass.evidenceKey("intents", session));
        byte[] bytes = Files.readAllBytes(intent);
        bytes[bytes.length / 2] ^= 1;
        Files.write(intent, bytes);
        print("daypass audit verify --copy COPY --public-key KEY.pem --head HEADS");
        var run = daypass.record().auditor().verify(copy);
        show(run, 20);
        check("it is found and named", run.code() == 2 && run.out().contains("object_altered"));
    }

    private void show(Run run, int most) {
        run.out().lines().limit(most).forEach(line -> print("   " + line));
        long more = run.out().lines().count() - most;
        if (more > 0) {
            print("   … and " + more + " lines more");
        }
        run.err().lines().filter(line -> run.code() == 1).forEach(line -> print("   " + line));
    }

    private void intent(String session) throws IOException {
        String key = daypass.evidenceKey("intents", session);
        var head = daypass.evidenceHead("intents", session);
        print("s3://" + daypass.evidenceBucket() + "/" + key);
        show(JSON.readTree(daypass.evidence("intents", session)));
        print("  lock: " + head.objectLockMode() + " until " + head.objectLockRetainUntilDate());
        check("locked in COMPLIANCE mode", "COMPLIANCE".equals(String.valueOf(head.objectLockMode())));
    }

    private void maskedCards(Connection connection) throws SQLException {
        String sql = "SELECT pan, cardholder, status FROM payments ORDER BY id LIMIT 3";
        print(sql);
        boolean masked = true;
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                String pan = rows.getString(1);
                masked &= MASKED_CARD.matcher(pan).matches();
                print("  " + pan + " | " + rows.getString(2) + " | " + rows.getString(3));
            }
        }
        check("the first six and the last four digits of each", masked);
        String declined = "SELECT count(*) FROM payments WHERE status = 'DECLINED'";
        print(declined);
        check("no row outside the grant's filter", count(connection, declined) == 0);
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
        print("As an auditor, whose keys are in a file of their own:");
        print("");
        daypass.record()
                .auditor()
                .environment()
                .forEach((name, value) -> print("  export " + name + "='" + value + "'"));
        print(
                "  ./daypass audit sql \"SELECT occurred_at, agent, statement FROM statements ORDER BY occurred_at\" --bucket "
                        + daypass.evidenceBucket());
        print("  ./daypass audit copy --bucket " + daypass.evidenceBucket() + " --heads-bucket "
                + daypass.stack().headBucket() + " --to copy");
        print("  ./daypass audit key --key-id " + daypass.stack().sealKeyArn() + " > key.pem");
        print("  ./daypass audit verify --copy copy --public-key key.pem --head copy.heads.ndjson --least-retention 1");
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
