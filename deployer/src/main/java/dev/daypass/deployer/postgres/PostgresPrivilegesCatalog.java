package dev.daypass.deployer.postgres;

import dev.daypass.deployer.live.EffectivePrivileges;
import dev.daypass.deployer.postgres.PostgresPrivilegesObject.Entry;
import dev.daypass.grants.DatabaseDocument;
import dev.daypass.grants.GrantDocument;
import dev.daypass.session.SessionUser;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A database's catalogs at one moment, as far as they decide what a session may touch. Immutable, and safe for use from many
 * threads.
 *
 * @param server the server and the database
 * @param roles who is a member of whom
 * @param objects everything that has an access list
 * @param carriers by number, the schemas from which a table or function can be got to without naming it; 0 is anywhere
 * @param defaultPrivileges what will be given to objects that do not exist yet
 * @param mappings user mappings for foreign servers
 * @param ownings what is owned and has no access list, and what is in other databases
 */
record PostgresPrivilegesCatalog(
        Server server,
        PostgresPrivilegesRoles roles,
        PostgresPrivilegesObjects objects,
        Map<Long, Set<Long>> carriers,
        List<DefaultPrivilege> defaultPrivileges,
        List<UserMapping> mappings,
        List<Owning> ownings) {
    /**
     * @param major 14 to 18
     * @param database the number of the database
     * @param owner of the database
     * @param anybodyLargeObjects whether lo_compat_privileges is on for sessions in this database
     */
    record Server(int major, long database, String name, long owner, boolean anybodyLargeObjects) {}

    /**
     * @param maker the role whose future objects it is about
     * @param schema empty for all schemas
     * @param objects as in pg_default_acl.defaclobjtype
     * @param grantee 0 for PUBLIC
     */
    record DefaultPrivilege(long maker, String makerName, String schema, String objects, long grantee, String right) {
        /** As ALTER DEFAULT PRIVILEGES spells them. */
        String keyword() {
            return switch (objects) {
                case "r" -> "tables";
                case "S" -> "sequences";
                case "f" -> "routines";
                case "T" -> "types";
                case "n" -> "schemas";
                case "L" -> "large objects";
                default -> throw new IllegalArgumentException("not a kind of default privilege: " + objects);
            };
        }

        /** Everybody may execute new functions and use new types unless somebody says otherwise. */
        boolean isBuiltIn() {
            return grantee == Entry.PUBLIC
                    && schema.isEmpty()
                    && (objects.equals("f") && right.equals("execute") || objects.equals("T") && right.equals("usage"));
        }

        /**
         * Whether it is about what a session, a group or an owner of views makes: nothing but temporary tables, which nobody else can
         * name. A session may say such a thing for itself and for its group, and would refuse every apply with it.
         */
        static boolean isOfSessions(String makerName) {
            return SessionUser.parse(makerName).isPresent()
                    || GrantNames.ofRole(makerName).isPresent();
        }

        /** @param grantee quoted, or PUBLIC */
        String withdrawn(String grantee) {
            return "ALTER DEFAULT PRIVILEGES FOR ROLE " + PostgresPrivilegesNames.quoted(makerName)
                    + (schema.isEmpty() ? "" : " IN SCHEMA " + PostgresPrivilegesNames.quoted(schema))
                    + " REVOKE " + right.toUpperCase(Locale.ROOT) + " ON "
                    + keyword().toUpperCase(Locale.ROOT) + " FROM " + grantee;
        }

        String text() {
            return keyword() + " of " + PostgresPrivilegesNames.plain(makerName)
                    + (schema.isEmpty() ? "" : " in schema " + PostgresPrivilegesNames.plain(schema));
        }
    }

    /** @param user 0 for PUBLIC */
    record UserMapping(String server, long user) {}

    /**
     * @param owned otherwise a right that was given
     * @param here otherwise in another database
     * @param object described; the other database's name
     */
    record Owning(long role, boolean owned, boolean here, String object) {}

    /**
     * With the document's rights in place of those that the group has now, and without what an apply takes from it: memberships,
     * attributes, what it owns. What the deployer may not take away is listed, with the statement for whoever may: what somebody
     * gave whose rights the deployer has not, and attributes that take a superuser to change.
     */
    EffectivePrivileges afterApply(DatabaseDocument database, GrantDocument grant) {
        return new PostgresPrivilegesSession(this, database, grant, true).effective();
    }

    /** With everything as it is now. */
    EffectivePrivileges asItIs(DatabaseDocument database, GrantDocument grant) {
        return new PostgresPrivilegesSession(this, database, grant, false).effective();
    }
}
