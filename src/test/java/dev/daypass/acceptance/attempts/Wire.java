package dev.daypass.acceptance.attempts;

import dev.daypass.acceptance.attempts.AttemptRunner.Login;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** How the servers of one engine are spoken to, so that nothing that they say is missed. */
public interface Wire {
    /** The database that a grant's session connects to. */
    String database();

    /** The server's major. */
    int major();

    /** As a session's holder would, with the driver's own {@code properties} beside. */
    Connection connect(Login login, String database, Map<String, String> properties) throws SQLException;

    /** Runs it with a limit of some seconds on the client's side, and writes down all results, notices and messages. */
    void run(Connection connection, Step.Statement statement, Heard heard) throws SQLException;

    /** Writes down every field of an error. */
    void failed(SQLException failure, Heard heard);
}
