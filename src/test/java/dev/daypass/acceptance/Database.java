package dev.daypass.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.daypass.cli.local.LocalDaypass;
import dev.daypass.session.SessionUser;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The database as a session's holder and as its owner see it. */
final class Database {
    private Database() {}

    /** Connects with what a vend answered. */
    static Connection connect(JsonNode vended) throws SQLException {
        return DriverManager.getConnection(
                vended.path("jdbcUrl").asText(),
                vended.path("user").asText(),
                vended.path("password").asText());
    }

    static int count(Connection connection, String sql, String... parameters) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (var row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    static boolean roleExists(LocalDaypass daypass, String user) throws SQLException {
        try (var owner = daypass.postgres().ownerConnection("orders")) {
            return count(owner, "SELECT count(*) FROM pg_roles WHERE rolname = ?", user) == 1;
        }
    }

    /** Every role that is named like a session user. */
    static List<String> sessionUsers(LocalDaypass daypass) throws SQLException {
        var users = new ArrayList<String>();
        try (var owner = daypass.postgres().ownerConnection("orders");
                var statement = owner.createStatement();
                var rows = statement.executeQuery("SELECT rolname FROM pg_roles WHERE starts_with(rolname, 'dp_')")) {
            while (rows.next()) {
                SessionUser.parse(rows.getString(1)).map(SessionUser::name).ifPresent(users::add);
            }
        }
        return users;
    }

    /** Connections of the user, or of a role that is there no more. */
    static int backends(LocalDaypass daypass, String user) throws SQLException {
        try (var owner = daypass.postgres().ownerConnection("orders")) {
            return count(
                    owner,
                    "SELECT count(*) FROM pg_stat_activity a WHERE usename = ? OR (usesysid <> 0 AND NOT EXISTS"
                            + " (SELECT FROM pg_roles r WHERE r.oid = a.usesysid))",
                    user);
        }
    }
}
