package dev.daypass.cli.session;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daypass.cli.api.SessionView;
import dev.daypass.cli.api.Vended;
import dev.daypass.cli.files.SessionFiles;
import dev.daypass.session.SessionStatus;

/** What the commands print about a session. */
final class SessionReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SessionReport() {}

    static String json(SessionView view) {
        var json = JSON.createObjectNode();
        json.put("session", view.session().text());
        json.put("status", view.status().name());
        json.put("user", view.user());
        json.put("grant", view.grant());
        json.put("agent", view.agent());
        view.owner().ifPresent(owner -> json.put("owner", owner));
        json.put("createdAt", view.createdAt().toString());
        view.expiresAt().ifPresent(at -> json.put("expiresAt", at.toString()));
        json.put("window", view.window().toString());
        view.endReason().ifPresent(reason -> json.put("endReason", reason));
        view.verifiedAt().ifPresent(at -> json.put("verifiedAt", at.toString()));
        return json.toPrettyString();
    }

    /** Without the handle, and without the password unless it was asked for. */
    static String json(Vended vended, SessionFiles files, boolean showPassword) {
        var json = JSON.createObjectNode();
        var place = vended.place();
        json.put("session", vended.session().text());
        json.put("user", vended.user().name());
        if (showPassword) {
            json.put("password", vended.password().reveal());
        }
        json.put("engine", place.engine().word());
        json.put("host", place.host());
        json.put("port", place.port());
        json.put("database", place.database());
        json.put("jdbcUrl", vended.jdbcUrl());
        vended.libpqUri().ifPresent(uri -> json.put("libpqUri", uri));
        json.putObject("tls").put("mode", place.sslmode());
        json.put("expiresAt", vended.expiresAt().toString());
        vended.renewBefore().ifPresent(at -> json.put("renewBefore", at.toString()));
        json.put("window", vended.window().toString());
        ObjectNode grant = json.putObject("grant");
        grant.put("name", vended.grant().name());
        grant.put("version", vended.grant().version());
        grant.put("digest", vended.grant().digest());
        var scope = grant.putArray("scope");
        vended.grant().scope().forEach(scope::add);
        ObjectNode environment = json.putObject("environment");
        files.variables(vended).forEach(environment::put);
        return json.toPrettyString();
    }

    /** Lines that a POSIX shell can evaluate; what a person should know stands in its comments. */
    static String shell(Vended vended, SessionFiles files, boolean showPassword) {
        var text = new StringBuilder();
        text.append("# session ").append(vended.session()).append(", grant ");
        text.append(oneLine(vended.grant().name())).append(", until ").append(vended.expiresAt());
        text.append(" (window ").append(vended.window()).append(")\n");
        files.variables(vended)
                .forEach((name, value) -> text.append("export ")
                        .append(name)
                        .append('=')
                        .append(quoted(value))
                        .append('\n'));
        if (showPassword) {
            text.append("# password: ")
                    .append(oneLine(vended.password().reveal()))
                    .append('\n');
        }
        text.append("# use it:   evaluate these lines in a shell, then ")
                .append(
                        switch (vended.place().engine()) {
                            case POSTGRESQL -> "psql";
                            case MARIADB -> "mariadb --defaults-file=\"$" + SessionFiles.OPTION_FILE_VARIABLE + "\"";
                        })
                .append('\n');
        if (vended.renewBefore().isPresent()) {
            text.append("# renew it: daypass session renew ")
                    .append(vended.session())
                    .append('\n');
        }
        text.append("# end it:   daypass session revoke ").append(vended.session());
        return text.toString();
    }

    /** What to do about an ending that is not verified yet. */
    static String notVerified(SessionView view) {
        return "session " + view.session() + " is " + SessionStatus.ENDING
                + ": its end was ordered, and the database has not shown yet that its user is gone. The sweep goes on with it;"
                + " look again with: daypass session status " + view.session();
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private static String quoted(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }
}
