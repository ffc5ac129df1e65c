package dev.daypass.deployer.postgres;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Who is a member of whom, and what that lets a member do (PostgreSQL 18, "Role Membership"). */
final class PostgresPrivilegesRoles {
    /** @param attributes those that matter here, as ALTER ROLE spells them */
    record Role(long oid, String name, boolean inherits, Set<String> attributes) {
        static final String SUPERUSER = "SUPERUSER";

        Role {
            attributes = Set.copyOf(attributes);
        }

        boolean isSuperuser() {
            return attributes.contains(SUPERUSER);
        }
    }

    /**
     * {@code member} was made a member of {@code role}.
     *
     * @param grantor 0 where nobody was: the owner of a database is a member of pg_database_owner without any grant
     * @param inherit whether the member has the role's rights; before PostgreSQL 16 an attribute of the member
     * @param set whether the member may SET ROLE; before PostgreSQL 16 always
     */
    record Membership(long role, long member, long grantor, boolean admin, boolean inherit, boolean set) {}

    /**
     * What one group's sessions can do as other roles.
     *
     * @param all every role that the group is a member of, however far away
     * @param steps for every role that is got to, the membership of the group that leads there
     * @param acting the roles that a session may become, or make itself a member of, besides itself
     * @param inherited the roles whose rights a session has, or would have as one of {@code acting}; the group among them
     * @param settable those of {@code all} that a session may SET ROLE to
     * @param administered the roles that a session may make itself a member of
     */
    record Reach(
            Set<Long> all,
            Map<Long, Membership> steps,
            Set<Long> acting,
            Set<Long> inherited,
            Set<Long> settable,
            Set<Long> administered) {}

    /** What a deployer may take from a group (user.c and aclchk.c, which differ since PostgreSQL 16). */
    final class Deployer {
        private final Optional<Role> role;
        private final int major;
        private final Set<Long> rights = new HashSet<>();
        private final Set<Long> memberOf = new HashSet<>();

        private Deployer(Optional<Role> role, int major) {
            this.role = role;
            this.major = major;
            role.ifPresent(deployer -> {
                rights.add(deployer.oid());
                rights.addAll(membershipsOf(deployer.oid(), Membership::inherit).keySet());
                memberOf.add(deployer.oid());
                memberOf.addAll(
                        membershipsOf(deployer.oid(), membership -> true).keySet());
            });
        }

        private boolean has(String attribute) {
            return role.filter(deployer -> deployer.attributes().contains(attribute))
                    .isPresent();
        }

        private boolean administers(long other) {
            return memberOf.stream()
                    .flatMap(member -> byMember.getOrDefault(member, List.of()).stream())
                    .anyMatch(membership -> membership.role() == other && membership.admin());
        }

        /** Since PostgreSQL 16 only the grantor's own, by whoever has the grantor's rights. */
        boolean mayRevoke(Membership membership) {
            if (membership.grantor() == 0) {
                return false;
            }
            if (has(Role.SUPERUSER)) {
                return true;
            }
            if (role(membership.role()).filter(Role::isSuperuser).isPresent()) {
                return false;
            }
            return major >= OPTIONS
                    ? administers(membership.role()) && rights.contains(membership.grantor())
                    : has("CREATEROLE") || administers(membership.role());
        }

        /** With one ALTER ROLE for all of them. */
        boolean mayTakeAttributes(Role other) {
            if (has(Role.SUPERUSER)) {
                return true;
            }
            if (other.isSuperuser() || !has("CREATEROLE")) {
                return false;
            }
            return major >= OPTIONS
                    ? administers(other.oid())
                            && other.attributes().stream()
                                    .allMatch(attribute -> attribute.equals("CREATEROLE") || has(attribute))
                    : other.attributes().stream().noneMatch(Set.of("REPLICATION", "BYPASSRLS")::contains);
        }

        /** REVOKE takes what the object's owner gave, if it is run with the owner's rights; otherwise what the deployer gave. */
        boolean takes(long owner, long grantor) {
            return has(Role.SUPERUSER) || rights.contains(owner) ? grantor == owner : rights.contains(grantor);
        }
    }

    /** Since this version memberships have options, and belong to their grantors. */
    private static final int OPTIONS = 16;

    private final Map<Long, Role> roles;
    private final Map<String, Role> byName;
    private final Map<Long, List<Membership>> byMember;
    private final boolean sessionsMayBecomeTheGroup;

    /** @param sessionsMayBecomeTheGroup before PostgreSQL 16, where a grant cannot say SET FALSE */
    PostgresPrivilegesRoles(List<Role> roles, List<Membership> memberships, boolean sessionsMayBecomeTheGroup) {
        this(new HashMap<>(), new HashMap<>(), new HashMap<>(), sessionsMayBecomeTheGroup);
        roles.forEach(role -> {
            this.roles.put(role.oid(), role);
            byName.put(role.name(), role);
        });
        memberships.forEach(membership -> byMember.computeIfAbsent(membership.member(), member -> new ArrayList<>())
                .add(membership));
    }

    private PostgresPrivilegesRoles(
            Map<Long, Role> roles,
            Map<String, Role> byName,
            Map<Long, List<Membership>> byMember,
            boolean sessionsMayBecomeTheGroup) {
        this.roles = roles;
        this.byName = byName;
        this.byMember = byMember;
        this.sessionsMayBecomeTheGroup = sessionsMayBecomeTheGroup;
    }

    Deployer deployer(String name, int major) {
        return new Deployer(named(name), major);
    }

    Optional<Role> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    Optional<Role> role(long oid) {
        return Optional.ofNullable(roles.get(oid));
    }

    /** For people; the number of a role that is gone. */
    String name(long oid) {
        return role(oid).map(Role::name).orElse("role " + oid);
    }

    /**
     * What a session could do that is a member of this group, with INHERIT and, from PostgreSQL 16 on, without SET. A role
     * that it could make itself a member of counts as one that it has: nothing but one statement is in between.
     *
     * @param taken the group's own memberships that do not count
     */
    Reach reach(long group, Predicate<Membership> taken) {
        var left = new HashMap<>(byMember);
        left.computeIfPresent(
                group, (member, some) -> some.stream().filter(taken.negate()).toList());
        return new PostgresPrivilegesRoles(roles, byName, left, sessionsMayBecomeTheGroup).reached(group);
    }

    private Reach reached(long group) {
        var steps = membershipsOf(group, membership -> true);
        var all = Set.copyOf(steps.keySet());
        var settable = new HashSet<Long>();
        var acting = new HashSet<Long>();
        if (sessionsMayBecomeTheGroup) {
            acting.add(group);
            settable.addAll(membershipsOf(group, Membership::set).keySet());
            acting.addAll(settable);
        }
        var administered = new HashSet<Long>();
        var looked = new HashSet<Long>();
        var todo = new ArrayDeque<Long>(acting);
        todo.add(group);
        while (!todo.isEmpty()) {
            long actor = todo.remove();
            if (!looked.add(actor)) {
                continue;
            }
            var members = new HashSet<>(membershipsOf(actor, membership -> true).keySet());
            members.add(actor);
            for (long member : members) {
                for (var membership : byMember.getOrDefault(member, List.of())) {
                    if (membership.admin() && administered.add(membership.role())) {
                        var step = Optional.ofNullable(steps.get(member)).orElse(membership);
                        // As a member by its own grant it may also become whatever that role may become.
                        var became = new HashSet<>(membershipsOf(membership.role(), Membership::set)
                                .keySet());
                        became.add(membership.role());
                        membershipsOf(membership.role(), other -> true)
                                .keySet()
                                .forEach(role -> steps.putIfAbsent(role, step));
                        steps.putIfAbsent(membership.role(), step);
                        acting.addAll(became);
                        todo.addAll(became);
                    }
                }
            }
        }
        var inherited = new HashSet<Long>();
        inherited.add(group);
        inherited.addAll(membershipsOf(group, Membership::inherit).keySet());
        for (long actor : acting) {
            inherited.add(actor);
            inherited.addAll(membershipsOf(actor, Membership::inherit).keySet());
        }
        return new Reach(all, steps, acting, inherited, settable, administered);
    }

    /** Roles that can be got to over such memberships, each with the first membership on a shortest way. */
    private Map<Long, Membership> membershipsOf(long start, Predicate<Membership> along) {
        var found = new LinkedHashMap<Long, Membership>();
        var todo = new ArrayDeque<Long>();
        todo.add(start);
        while (!todo.isEmpty()) {
            long member = todo.remove();
            for (var membership : byMember.getOrDefault(member, List.of())) {
                if (along.test(membership) && membership.role() != start && !found.containsKey(membership.role())) {
                    found.put(
                            membership.role(),
                            Optional.ofNullable(found.get(member)).orElse(membership));
                    todo.add(membership.role());
                }
            }
        }
        return found;
    }
}
