package dev.daypass.audit.parse;

import dev.daypass.audit.line.Activity.Kind;
import dev.daypass.audit.parse.SqlTokens.Dialect;
import dev.daypass.audit.parse.SqlTokens.Token;
import org.jspecify.annotations.Nullable;

/**
 * What a SQL text is about, by its verb. It says {@link Kind#DATASTORE_QUERY} rather than too little: a text of more than one
 * statement, or a SELECT over a common table expression that writes, is not called a read.
 *
 * @param kind by the verb
 * @param role the role or user that a statement which manages roles is about, the first where it names several
 */
record SqlReading(Kind kind, @Nullable String role) {
    private static final SqlReading QUERY = new SqlReading(Kind.DATASTORE_QUERY, null);

    static SqlReading of(String sql, Dialect dialect) {
        var tokens = new SqlTokens(sql, dialect);
        do {
            tokens.next();
        } while (tokens.is(';') || tokens.is('('));
        SqlReading reading = statement(tokens, dialect);
        return isLast(tokens) ? reading : QUERY;
    }

    /** The kind of a command tag, which the server says and not the client: {@code SELECT}, {@code CREATE TABLE}. */
    static Kind ofCommand(String tag) {
        if (tag.startsWith("CREATE ")) {
            return isAccount(tag, "CREATE ") ? Kind.ACCOUNT_CREATE : Kind.DATASTORE_CREATE;
        }
        if (tag.startsWith("ALTER ")) {
            return isAccount(tag, "ALTER ") ? Kind.ACCOUNT_CHANGE : Kind.DATASTORE_UPDATE;
        }
        if (tag.startsWith("DROP ")) {
            return isAccount(tag, "DROP ") || tag.equals("DROP OWNED") ? Kind.ACCOUNT_DELETE : Kind.DATASTORE_DELETE;
        }
        return switch (tag) {
            case "SELECT", "COPY TO" -> Kind.DATASTORE_READ;
            case "INSERT", "MERGE", "COPY FROM", "REPLACE", "LOAD" -> Kind.DATASTORE_WRITE;
            case "UPDATE" -> Kind.DATASTORE_UPDATE;
            case "DELETE", "TRUNCATE", "TRUNCATE TABLE" -> Kind.DATASTORE_DELETE;
            case "SELECT INTO" -> Kind.DATASTORE_CREATE;
            case "GRANT", "GRANT ROLE" -> Kind.ACCESS_GRANT;
            case "REVOKE", "REVOKE ROLE" -> Kind.ACCESS_REVOKE;
            default -> Kind.DATASTORE_QUERY;
        };
    }

    /** Whether this is of the same sort: an account's or a right's, not a relation's. */
    boolean managesRoles() {
        return switch (kind) {
            case ACCOUNT_CREATE, ACCOUNT_CHANGE, ACCOUNT_LOCK, ACCOUNT_DELETE, ACCESS_GRANT, ACCESS_REVOKE -> true;
            default -> false;
        };
    }

    private static boolean isAccount(String tag, String verb) {
        return tag.length() == verb.length() + 4 && (tag.endsWith("ROLE") || tag.endsWith("USER"));
    }

    private static SqlReading statement(SqlTokens tokens, Dialect dialect) {
        String verb = tokens.keyword();
        if (dialect == Dialect.MARIADB && (verb.equals("SET") || verb.equals("RENAME"))) {
            return ofMariaDb(tokens, verb);
        }
        return switch (verb) {
            case "WITH" -> afterWith(tokens);
            case "CREATE", "ALTER", "DROP" -> definition(tokens, verb);
            case "GRANT" -> new SqlReading(Kind.ACCESS_GRANT, nameAfter(tokens, "TO"));
            case "REVOKE" -> new SqlReading(Kind.ACCESS_REVOKE, nameAfter(tokens, "FROM"));
            case "COPY" -> copy(tokens);
            case "TABLE" -> new SqlReading(Kind.DATASTORE_READ, null);
            case "" -> QUERY;
            default -> new SqlReading(ofCommand(verb), null);
        };
    }

    private static SqlReading definition(SqlTokens tokens, String verb) {
        tokens.next();
        if (tokens.is("OR")) { // CREATE OR REPLACE
            tokens.next();
            tokens.next();
        }
        boolean owned = verb.equals("DROP") && tokens.is("OWNED");
        if (!owned && !tokens.is("ROLE") && !tokens.is("USER") && !tokens.is("GROUP")) {
            return new SqlReading(ofCommand(verb + " "), null);
        }
        boolean user = tokens.is("USER");
        tokens.next();
        if (user && tokens.is("MAPPING")) {
            return new SqlReading(ofCommand(verb + " "), null);
        }
        if (owned && tokens.is("BY")) {
            tokens.next();
        }
        if (tokens.is("IF")) {
            tokens.next();
            if (tokens.is("NOT")) {
                tokens.next();
            }
            tokens.next();
        }
        String role = tokens.name();
        boolean locked = verb.equals("ALTER") && locks(tokens);
        return new SqlReading(locked ? Kind.ACCOUNT_LOCK : ofCommand(verb + " ROLE"), role);
    }

    /** {@code SET PASSWORD [FOR user]}, {@code RENAME USER} and {@code RENAME TABLE}, which PostgreSQL has not. */
    private static SqlReading ofMariaDb(SqlTokens tokens, String verb) {
        tokens.next();
        if (verb.equals("SET")) {
            if (!tokens.is("PASSWORD")) {
                return QUERY;
            }
            tokens.next();
            // Without FOR it is the login's own, which ALTER USER would call so.
            return new SqlReading(Kind.ACCOUNT_CHANGE, tokens.is("FOR") ? nextName(tokens) : "current_user");
        }
        return tokens.is("USER")
                ? new SqlReading(Kind.ACCOUNT_CHANGE, nextName(tokens))
                : new SqlReading(Kind.DATASTORE_UPDATE, null);
    }

    private static String nextName(SqlTokens tokens) {
        tokens.next();
        return tokens.name();
    }

    /** NOLOGIN among the options of PostgreSQL's ALTER ROLE, ACCOUNT LOCK among those of MariaDB's ALTER USER. */
    private static boolean locks(SqlTokens tokens) {
        while (tokens.next() != Token.END && !tokens.is(';')) {
            if (tokens.is("SET") || tokens.is("RESET") || tokens.is("RENAME")) {
                return false;
            }
            if (tokens.is("NOLOGIN")) {
                return true;
            }
            if (tokens.is("ACCOUNT")) {
                tokens.next();
                return tokens.is("LOCK");
            }
        }
        return false;
    }

    private static @Nullable String nameAfter(SqlTokens tokens, String keyword) {
        while (tokens.next() != Token.END && !tokens.is(';')) {
            if (tokens.is(keyword)) {
                tokens.next();
                if (tokens.is("GROUP") || tokens.is("ROLE")) {
                    tokens.next();
                }
                return tokens.name();
            }
        }
        return null;
    }

    private static SqlReading copy(SqlTokens tokens) {
        int depth = 0;
        while (tokens.next() != Token.END && !tokens.is(';')) {
            depth += tokens.is('(') ? 1 : tokens.is(')') ? -1 : 0;
            if (depth == 0 && tokens.is("TO")) {
                return new SqlReading(Kind.DATASTORE_READ, null);
            }
            if (depth == 0 && tokens.is("FROM")) {
                return new SqlReading(Kind.DATASTORE_WRITE, null);
            }
        }
        return QUERY;
    }

    /** The verb that stands outside of all parentheses decides, unless it reads and one inside writes. */
    private static SqlReading afterWith(SqlTokens tokens) {
        int depth = 0;
        boolean opened = false;
        boolean writesInside = false;
        while (tokens.next() != Token.END && !tokens.is(';')) {
            if (tokens.is('(')) {
                depth++;
                opened = true;
                continue;
            }
            depth -= tokens.is(')') ? 1 : 0;
            if (opened || depth == 0) {
                switch (tokens.keyword()) {
                    case "INSERT", "UPDATE", "DELETE", "MERGE" -> {
                        if (depth == 0) {
                            return new SqlReading(ofCommand(tokens.keyword()), null);
                        }
                        writesInside = true;
                    }
                    case "SELECT", "TABLE" -> {
                        if (depth == 0) {
                            return writesInside ? QUERY : new SqlReading(Kind.DATASTORE_READ, null);
                        }
                    }
                    default -> {}
                }
            }
            opened = false;
        }
        return QUERY;
    }

    private static boolean isLast(SqlTokens tokens) {
        boolean ended = tokens.is(';');
        while (tokens.token() != Token.END) {
            tokens.next();
            if (tokens.is(';')) {
                ended = true;
            } else if (ended && tokens.token() != Token.END) {
                return false;
            }
        }
        return true;
    }
}
