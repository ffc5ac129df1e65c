package dev.daypass.functions.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.daypass.database.Database;
import dev.daypass.functions.json.JsonText;
import dev.daypass.functions.state.Session;
import dev.daypass.functions.vend.VendOutcome.Vended;
import dev.daypass.grant.GrantPolicy;
import dev.daypass.session.SessionStatus;
import java.io.IOException;

/** Sessions and grants as answers spell them; {@code docs/api.md} says what each member means. */
final class SessionJson {
    private SessionJson() {}

    static void vended(JsonGenerator json, Vended vended) throws IOException {
        var intent = vended.intent();
        Database database = vended.database();
        String user = intent.user().name();
        String mode = database.tls().sslmode();
        String name = database.sessionDatabase(intent.grant());
        String place = database.host() + ":" + database.port() + "/" + name;
        json.writeStringField("session", intent.session().text());
        json.writeStringField("handle", vended.handle().reveal());
        json.writeStringField("user", user);
        json.writeStringField("password", vended.password().reveal());
        json.writeStringField("engine", database.engine().word());
        json.writeStringField("host", database.host());
        json.writeNumberField("port", database.port());
        json.writeStringField("database", name);
        switch (database.engine()) {
            case POSTGRESQL -> {
                json.writeStringField("jdbcUrl", "jdbc:postgresql://" + place + "?sslmode=" + mode);
                json.writeStringField("libpqUri", "postgresql://" + user + "@" + place + "?sslmode=" + mode);
            }
            // MariaDB has no URI of its own that its clients agree on; its JDBC driver takes the same words for
            // sslMode.
            case MARIADB -> json.writeStringField("jdbcUrl", "jdbc:mariadb://" + place + "?sslMode=" + mode);
        }
        json.writeObjectFieldStart("tls");
        json.writeStringField("mode", mode);
        json.writeEndObject();
        json.writeStringField("expiresAt", vended.expiresAt().toString());
        JsonText.optional(json, "renewBefore", vended.renewBefore().map(Object::toString));
        json.writeStringField("window", intent.window().toString());
        json.writeObjectFieldStart("grant");
        json.writeStringField("name", intent.grant().text());
        json.writeStringField("version", intent.grantVersion());
        json.writeStringField("digest", intent.grantDigest().toString());
        json.writeArrayFieldStart("scope");
        for (var line : intent.scope()) {
            json.writeString(line);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    static void session(JsonGenerator json, Session session) throws IOException {
        var intent = session.intent();
        json.writeStringField("session", intent.session().text());
        json.writeStringField("status", session.status().name());
        json.writeStringField("user", intent.user().name());
        json.writeStringField("grant", intent.grant().text());
        json.writeStringField("agent", intent.agent());
        JsonText.optional(json, "owner", intent.owner());
        json.writeStringField("createdAt", intent.createdAt().toString());
        if (session.status() == SessionStatus.ACTIVE) {
            json.writeStringField("expiresAt", session.expiresAt().toString());
        }
        json.writeStringField("window", intent.window().toString());
        json.writeNumberField("renewed", session.renewed());
        JsonText.optional(json, "endReason", session.end().map(e -> e.reason().code()));
        JsonText.optional(json, "verifiedAt", session.verifiedAt().map(Object::toString));
    }

    static void grant(JsonGenerator json, GrantPolicy grant) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", grant.name().text());
        json.writeStringField("version", grant.version());
        json.writeStringField("description", grant.description());
        json.writeStringField("database", grant.database());
        json.writeArrayFieldStart("scope");
        for (var line : grant.scope()) {
            json.writeString(line);
        }
        json.writeEndArray();
        ApiAnswer.duration(json, "defaultTtl", grant.defaultTtl());
        ApiAnswer.duration(json, "maxTtl", grant.maxTtl());
        ApiAnswer.duration(json, "window", grant.window());
        json.writeNumberField("renewals", grant.renewals());
        json.writeNumberField("sessions", grant.sessions());
        ApiAnswer.duration(json, "statementTimeout", grant.statementTimeout());
        json.writeBooleanField("purposeRequired", grant.purposeRequired());
        JsonText.optional(json, "purposePattern", grant.purposePattern().map(Object::toString));
        json.writeEndObject();
    }
}
