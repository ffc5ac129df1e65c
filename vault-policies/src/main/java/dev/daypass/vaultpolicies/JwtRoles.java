package dev.daypass.vaultpolicies;

import dev.daypass.grant.GrantName;
import java.util.Optional;
import java.util.regex.Pattern;

/** How the JWT roles of grants are called: {@code auth/<mount>/role/<grant>--<number>}. */
final class JwtRoles {
    private static final Pattern PATH = Pattern.compile("auth/jwt-[^/]+/role/[^/]+");
    private static final Pattern NAME = Pattern.compile("(.+)--[1-9][0-9]*");

    private JwtRoles() {}

    static boolean isRole(String path) {
        return PATH.matcher(path).matches();
    }

    /** The grant that a role of this name belongs to, if it is called like one's. */
    static Optional<GrantName> grant(String role) {
        var matcher = NAME.matcher(role);
        return matcher.matches() ? GrantName.parse(matcher.group(1)) : Optional.empty();
    }
}
