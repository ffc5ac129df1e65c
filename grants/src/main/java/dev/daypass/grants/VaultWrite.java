package dev.daypass.grants;

import java.util.Map;

/**
 * Something that Vault is to be told.
 *
 * @param path the API path without {@code /v1/}, such as {@code auth/token/roles/orders-support-read}
 * @param body what to put there
 */
public record VaultWrite(String path, Body body) {
    /** Either the body itself, or the text of a policy. */
    public sealed interface Body {}

    /** A JSON body: strings, numbers, booleans, lists and maps of these. */
    public record Json(Map<String, Object> members) implements Body {}

    /** A policy's text; the body is {@code {"policy": text}}. */
    public record Policy(String hcl) implements Body {}
}
