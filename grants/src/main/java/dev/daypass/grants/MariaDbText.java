package dev.daypass.grants;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** Names and values as MariaDB reads them, whatever {@code sql_mode} is in force. */
public final class MariaDbText {
    private MariaDbText() {}

    /** The identifier in backticks. */
    public static String quoted(String identifier) {
        return "`" + identifier.replace("`", "``") + "`";
    }

    public static String qualified(String schema, String name) {
        return quoted(schema) + "." + quoted(name);
    }

    public static String columns(Collection<String> names) {
        return names.stream().map(MariaDbText::quoted).collect(Collectors.joining(", "));
    }

    /** A name of our own in single quotes; no value from elsewhere comes this way. */
    public static String name(String text) {
        if (!text.matches("[A-Za-z0-9_.$%:{}-]*")) {
            throw new IllegalArgumentException("not a name that needs no escape: " + text);
        }
        return "'" + text + "'";
    }

    /** An account, in single quotes. */
    public static String account(String user, String host) {
        return name(user) + "@" + name(host);
    }

    /** Any text as a literal in which nothing needs an escape: NO_BACKSLASH_ESCAPES changes what a backslash means. */
    public static String literal(String text) {
        return "_utf8mb4 " + bytes(text);
    }

    /** The text's bytes in UTF-8, as a binary literal. */
    public static String bytes(String text) {
        return "X'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "'";
    }
}
