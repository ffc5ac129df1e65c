package dev.daypass.deployer.postgres;

import dev.daypass.deployer.live.AppliedGrant;
import dev.daypass.grant.GrantName;
import dev.daypass.grants.GrantDocument.TableName;
import dev.daypass.grants.PostgresObjects.Holding;
import dev.daypass.grants.PostgresObjects.Rights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * What the catalogs of one database say about grants, at one moment.
 *
 * @param major the server's version
 * @param missing what the owner's set-up should have left and has not, a phrase each
 * @param roles groups, owners of views and session users, by name
 * @param memberships with one of them on either side
 * @param schemas those of grants and Daypass's own, with their owners
 * @param relations what is in the schemas of grants
 * @param rights what those roles hold anywhere, and what anybody holds in those schemas
 * @param owned what groups and owners of views own besides their views
 * @param future what groups and owners of views would give away of what they make
 * @param holders groups and owners of views that hold or own anything in this database
 * @param applied the ledger
 */
record PostgresLive(
        int major,
        List<String> missing,
        Map<String, Role> roles,
        List<Membership> memberships,
        Map<String, String> schemas,
        List<Relation> relations,
        SortedMap<Holding, Rights> rights,
        List<Owned> owned,
        List<Future> future,
        Set<String> holders,
        Map<GrantName, Recorded> applied) {
    /** @param mighty attributes that none of these roles has, such as {@code SUPERUSER} */
    record Role(String name, boolean login, boolean inherits, Set<String> mighty) {}

    /** @param set before PostgreSQL 16, which has no options of memberships: true */
    record Membership(String role, String member, String grantor, boolean admin, boolean inherit, boolean set) {}

    /**
     * @param kind {@code pg_class.relkind}
     * @param rule digest of the view's stored tree; empty if it is no view
     * @param additions rules besides the view's own, and triggers
     */
    record Relation(
            TableName name,
            char kind,
            String owner,
            List<String> options,
            List<Column> columns,
            String rule,
            int additions) {
        boolean isView() {
            return kind == 'v';
        }
    }

    /** @param collation empty for types without one */
    record Column(String name, String type, String collation) {}

    /** @param type and identity as {@code pg_identify_object} gives them */
    record Owned(String role, String type, String identity) {}

    /**
     * @param schema empty for all
     * @param objects {@code pg_default_acl.defaclobjtype}
     * @param grantee {@code public} for everybody
     */
    record Future(String role, String schema, String objects, String grantee, String right) {}

    /** One row of the ledger. */
    record Recorded(AppliedGrant line, Map<String, Fingerprint> views) {}

    /** What a view was made from, and what the server made of it. */
    record Fingerprint(String source, String rule, String definition) {}

    Optional<Recorded> applied(GrantName grant) {
        return Optional.ofNullable(applied.get(grant));
    }
}
