package dev.daypass.audit.parse;

import dev.daypass.audit.line.Activity.Kind;
import dev.daypass.audit.line.Activity.Outcome;
import dev.daypass.audit.parse.SqlTokens.Dialect;

/** The record that pgaudit writes as a message: https://github.com/pgaudit/pgaudit#format. */
final class PgAudit {
    private PgAudit() {}

    /** @throws LineFault if it is not such a record; the draft is untouched then */
    static void read(Draft draft, String message, int from) throws LineFault {
        var fields = new CsvFields(message, from);
        String type = fields.next();
        String statementNumber = fields.next();
        String substatementNumber = fields.next();
        String auditClass = fields.next();
        String command = fields.next();
        fields.next(); // the object's type
        String object = fields.next();
        String statement = fields.next();
        String parameters = fields.next();
        if (fields.hasNext()) {
            number(fields.next()); // pgaudit.log_rows
        }
        if (fields.hasNext()) {
            throw new LineFault("too many fields");
        }
        if (!type.equals("SESSION") && !type.equals("OBJECT")) {
            throw new LineFault("neither SESSION nor OBJECT");
        }
        number(statementNumber);
        number(substatementNumber);
        draft.is(kind(auditClass, command), Outcome.SUCCESS)
                .object(object)
                .statement(statement)
                .detail(parameters.startsWith("<") ? null : "Parameters: " + parameters)
                .id("audit", type + "," + statementNumber + "," + substatementNumber);
        if (auditClass.equals("ROLE") || command.equals("DROP OWNED")) {
            role(draft, statement, kind(auditClass, command));
        }
    }

    /** By the command, which the server says; the class where the command is of no kind by itself. */
    private static Kind kind(String auditClass, String command) throws LineFault {
        Kind byClass = switch (auditClass) {
            case "READ" -> Kind.DATASTORE_READ;
            case "WRITE" -> Kind.DATASTORE_WRITE;
            case "FUNCTION", "ROLE", "DDL", "MISC", "MISC_SET" -> Kind.DATASTORE_QUERY;
            default -> throw new LineFault("no class of pgaudit's");
        };
        Kind byCommand = SqlReading.ofCommand(command);
        return byCommand == Kind.DATASTORE_QUERY ? byClass : byCommand;
    }

    /** The text is only asked for the role, and whether it is locked, if it is of the kind that the server says. */
    private static void role(Draft draft, String statement, Kind kind) {
        SqlReading reading = SqlReading.of(statement, Dialect.POSTGRESQL);
        boolean lock = kind == Kind.ACCOUNT_CHANGE && reading.kind() == Kind.ACCOUNT_LOCK;
        // In a database that has the extension, DROP OWNED is written as a REVOKE for each sort of object.
        boolean owned = kind == Kind.ACCESS_REVOKE && reading.kind() == Kind.ACCOUNT_DELETE;
        if (lock || owned || reading.managesRoles() && reading.kind() == kind) {
            draft.is(owned ? kind : reading.kind(), Outcome.SUCCESS)
                    .object(reading.role())
                    .sessionOfLogin(reading.role());
        }
    }

    private static void number(String field) throws LineFault {
        if (field.isEmpty() || !field.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new LineFault("a number that is none");
        }
    }
}
