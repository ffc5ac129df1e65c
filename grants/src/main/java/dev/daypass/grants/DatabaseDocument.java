package dev.daypass.grants;

import dev.daypass.database.Database;
import java.util.Optional;

/**
 * {@code databases/<name>.yaml}: a PostgreSQL database that grants point at.
 *
 * @param database the database, as the functions know it
 * @param administrator the login with which Vault makes and removes session users; not a superuser
 * @param logStatements whether each session user gets {@code log_statement = 'all'}, where the server has no pgaudit
 */
public record DatabaseDocument(Database database, String administrator, boolean logStatements) {
    /** The NOLOGIN role that may end connections; the witness's logins are members of it. */
    public static final String WITNESS_GROUP = "dp_witness";

    static final String WITNESS_ROLE_PREFIX = "witness-";
    static final String WITNESS_CONNECTION_SUFFIX = "-witness";

    /** The database's name in grants. */
    public String name() {
        return database.name();
    }

    /** The connection in Vault's database engine whose users are called {@code dpw_…}. */
    public String witnessConnection() {
        return name() + WITNESS_CONNECTION_SUFFIX;
    }

    static Form<DatabaseDocument> form(String fileName) {
        return Form.fields(fields -> read(fields, fileName));
    }

    private static Optional<DatabaseDocument> read(Fields fields, String fileName) {
        var name = fields.required(
                "name",
                Names.name()
                        .which("expected the file's name: " + fileName, fileName::equals)
                        .which(
                                "a database's name does not end in " + WITNESS_CONNECTION_SUFFIX
                                        + ": the witness's own connection is called so",
                                text -> !text.endsWith(WITNESS_CONNECTION_SUFFIX)));
        var host = fields.required(
                "host",
                Form.text(
                        "a host name or address",
                        text -> text.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
                                ? Optional.of(text)
                                : Optional.empty()));
        var port = fields.required("port", Form.number(1, 65_535));
        var database = fields.required("database", Names.identifier());
        var allowPlaintext = fields.loosened("allowPlaintext");
        var administrator = fields.required("administrator", Names.identifier());
        var logStatements = fields.optional("logStatements", Form.yesOrNo(), false);
        if (name.isEmpty()
                || host.isEmpty()
                || port.isEmpty()
                || database.isEmpty()
                || allowPlaintext.isEmpty()
                || administrator.isEmpty()
                || logStatements.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new DatabaseDocument(
                new Database(
                        name.get(),
                        host.get(),
                        port.get(),
                        database.get(),
                        allowPlaintext.get() ? Database.Tls.DISABLE : Database.Tls.VERIFY_FULL,
                        name.get(),
                        WITNESS_ROLE_PREFIX + name.get()),
                administrator.get(),
                logStatements.get()));
    }
}
