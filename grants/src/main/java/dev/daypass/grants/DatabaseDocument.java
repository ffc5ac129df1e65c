package dev.daypass.grants;

import dev.daypass.database.Database;
import dev.daypass.database.Engine;
import dev.daypass.digest.Sha256;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.GrantDocument.TableName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * {@code databases/<name>.yaml}: a database that grants point at.
 *
 * @param database the database, as the functions know it
 * @param serverVersion PostgreSQL's major version, 14 to 18: what a session user's statements may say depends on it. 0 for MariaDB
 * @param administrator the login with which Vault makes and removes session users; not a superuser
 * @param deployer the login that applies grants
 * @param lanes how many connections Vault has for session users: each makes one user at a time
 * @param logStatements whether each session user gets {@code log_statement = 'all'}, where the server has no pgaudit
 * @param logWithPgAudit whether each session user gets {@code pgaudit.log}, where the server has it
 * @param clientHost MariaDB: from where session users may connect, as in the host part of an account; {@code %} for PostgreSQL
 * @param cards what is known to carry card numbers
 * @param accepts privileges beyond what documents and a pristine server give, that the owner lives with
 */
public record DatabaseDocument(
        Database database,
        int serverVersion,
        String administrator,
        String deployer,
        int lanes,
        boolean logStatements,
        boolean logWithPgAudit,
        String clientHost,
        Cards cards,
        List<Acceptance> accepts) {
    /** The NOLOGIN role that may end connections; the witness's logins are members of it. */
    public static final String WITNESS_GROUP = "dp_witness";

    static final String WITNESS_ROLE_PREFIX = "witness-";
    static final String WITNESS_CONNECTION_SUFFIX = "-witness";
    private static final int MOST_LANES = 16;

    public DatabaseDocument {
        accepts = List.copyOf(accepts);
    }

    /**
     * What is known to carry card numbers.
     *
     * @param columns {@code schema.table.column}, or {@code *.column} for every column of this name
     * @param types column types, such as {@code public.card_number}; only the live catalog knows which columns have them
     */
    public record Cards(Set<String> columns, Set<String> types) {
        public Cards {
            columns = Set.copyOf(columns);
            types = Set.copyOf(types);
        }

        /** Whether the column is tagged by its name. */
        public boolean tags(TableName table, String column) {
            return tagOf(table, column).isPresent();
        }

        /** The tag of the column's name, as the document has it. */
        public Optional<String> tagOf(TableName table, String column) {
            return Stream.of(table + "." + column, "*." + column)
                    .filter(columns::contains)
                    .findFirst();
        }
    }

    /**
     * A privilege beyond the baseline that the owner lives with.
     *
     * @param privilege as {@code plan} names it, such as {@code connect on database postgres}
     * @param reason why
     */
    public record Acceptance(String privilege, String reason) {}

    /** The database's name in grants. */
    public String name() {
        return database.name();
    }

    public Engine engine() {
        return database.engine();
    }

    /** The connection in Vault's database engine whose users are called {@code dpw_…}. */
    public String witnessConnection() {
        return name() + WITNESS_CONNECTION_SUFFIX;
    }

    /** The connections that make session users: the first is called like the database, the others {@code <name>-2} and so on. */
    public List<String> sessionConnections() {
        return IntStream.rangeClosed(1, lanes)
                .mapToObj(lane -> lane == 1 ? database.vaultConnection() : database.vaultConnection() + "-" + lane)
                .toList();
    }

    /** The connection that makes a grant's session users; another one only when the number of lanes changes. */
    public String sessionConnection(GrantName grant) {
        byte[] digest = Sha256.of(grant.text().getBytes(StandardCharsets.UTF_8)).bytes();
        return sessionConnections().get(Math.floorMod(ByteBuffer.wrap(digest).getInt(), lanes));
    }

    /** Whether Vault knows this database by a connection of this name. */
    public boolean hasConnection(String connection) {
        return connection.equals(witnessConnection()) || sessionConnections().contains(connection);
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
        var engine = fields.required("engine", Form.oneOf(Engine.values(), Engine::word));
        var serverVersion = engine.equals(Optional.of(Engine.POSTGRESQL))
                ? fields.required("serverVersion", Form.number(14, 18))
                : Optional.of(0);
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
        var deployer = fields.required("deployer", Names.identifier());
        var lanes = fields.optional("lanes", Form.number(1, MOST_LANES), 1);
        boolean mariaDb = engine.equals(Optional.of(Engine.MARIADB));
        var logWithPgAudit = mariaDb ? Optional.of(false) : fields.optional("logWithPgAudit", Form.yesOrNo(), false);
        var clientHost = mariaDb
                ? fields.required(
                        "clientHost",
                        Form.text(
                                "the host part of an account, such as % or 10.0.%",
                                text -> text.matches("[A-Za-z0-9.%:-]{1,60}") ? Optional.of(text) : Optional.empty()))
                : Optional.of("%");
        var cards = fields.optional("cards", Form.fields(each -> cards(each, mariaDb)), new Cards(Set.of(), Set.of()));
        var accepts = fields.optional("accepts", Form.list(1, Form.fields(DatabaseDocument::acceptance)), List.of());
        var logStatements = mariaDb ? Optional.of(false) : fields.optional("logStatements", Form.yesOrNo(), false);
        if (name.isEmpty()
                || engine.isEmpty()
                || serverVersion.isEmpty()
                || deployer.isEmpty()
                || lanes.isEmpty()
                || logWithPgAudit.isEmpty()
                || clientHost.isEmpty()
                || cards.isEmpty()
                || accepts.isEmpty()
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
                        engine.get(),
                        host.get(),
                        port.get(),
                        database.get(),
                        allowPlaintext.get() ? Database.Tls.DISABLE : Database.Tls.VERIFY_FULL,
                        name.get(),
                        WITNESS_ROLE_PREFIX + name.get()),
                serverVersion.get(),
                administrator.get(),
                deployer.get(),
                lanes.get(),
                logStatements.get(),
                logWithPgAudit.get(),
                clientHost.get(),
                cards.get(),
                accepts.get()));
    }

    private static Optional<Cards> cards(Fields fields, boolean mariaDb) {
        var columns = fields.optional(
                "columns",
                Form.list(
                        1,
                        Form.text(
                                "schema.table.column, or *.column",
                                text -> isColumn(text) ? Optional.of(text) : Optional.empty())),
                List.<String>of());
        // Every column of MariaDB has one of the server's own types, which say nothing of cards.
        var types = mariaDb
                ? Optional.of(List.<String>of())
                : fields.optional(
                        "types",
                        Form.list(
                                1,
                                Form.text(
                                        "a type with its schema, such as public.card_number",
                                        text -> GrantForm.parseTable(text).map(TableName::toString))),
                        List.<String>of());
        return columns.isEmpty() || types.isEmpty()
                ? Optional.empty()
                : Optional.of(new Cards(Form.set(columns.get()), Form.set(types.get())));
    }

    private static boolean isColumn(String text) {
        int dot = text.lastIndexOf('.');
        return dot > 0
                && Names.isIdentifier(text.substring(dot + 1))
                && (text.startsWith("*.") && dot == 1
                        || GrantForm.parseTable(text.substring(0, dot)).isPresent());
    }

    private static Optional<Acceptance> acceptance(Fields fields) {
        var privilege = fields.required("privilege", Form.words(300));
        var reason = fields.required("reason", Form.words(500));
        return privilege.isEmpty() || reason.isEmpty()
                ? Optional.empty()
                : Optional.of(new Acceptance(privilege.get(), reason.get()));
    }
}
