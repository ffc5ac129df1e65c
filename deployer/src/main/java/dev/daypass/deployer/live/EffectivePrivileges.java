package dev.daypass.deployer.live;

import dev.daypass.grant.GrantName;
import java.util.List;

/**
 * Everything that a session under one grant could touch.
 *
 * @param privileges sorted by kind, object and right
 */
public record EffectivePrivileges(GrantName grant, String database, List<Privilege> privileges) {
    public EffectivePrivileges {
        privileges = privileges.stream().sorted().toList();
    }

    /** What neither the document nor a pristine server of this version gives, and nobody has accepted: errors. */
    public List<Privilege> beyond() {
        return privileges.stream()
                .filter(privilege -> privilege.standing() == Privilege.Standing.BEYOND)
                .toList();
    }
}
