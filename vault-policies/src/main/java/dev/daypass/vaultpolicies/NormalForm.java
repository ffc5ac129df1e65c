package dev.daypass.vaultpolicies;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daypass.vaultpolicies.VaultChange.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What is written and what the server answers, made comparable: durations in seconds, lists whose order means nothing sorted,
 * addresses without a prefix that says nothing, what the server adds by itself left out. Policies are compared to the letter.
 */
final class NormalForm {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** {@code 900s}: how the documents' writes spell durations. The server answers with a number of seconds, or as written. */
    private static final Pattern SECONDS = Pattern.compile("-?[0-9]+s");

    private static final Pattern ONE_ADDRESS = Pattern.compile("([0-9.]+)/32|([0-9a-f:]+)/128");

    /** A user and a password in a connection's address, other than the template's own. */
    private static final Pattern CREDENTIALS =
            Pattern.compile("^([a-z]*:?/?/?)(?!\\{\\{username}}:\\{\\{password}}@)[^@]*@");

    /** Only says what happens at the moment of writing, or cannot be read back. */
    private static final Set<String> WRITE_ONLY = Set.of("verify_connection", "password");

    /** What a mount answers with beside what it was told; everything else there is the server's bookkeeping. */
    private static final Set<String> MOUNT_MEMBERS = Set.of(
            "allowed_response_headers",
            "audit_non_hmac_request_keys",
            "audit_non_hmac_response_keys",
            "listing_visibility",
            "passthrough_request_headers");

    /** What a server makes of a member that nobody named, where that is not empty, zero or false. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "database credential_type", "password",
            "issuer namespace_in_state", "true",
            "jwt callback_mode", "client",
            "sys passthrough_request_headers", "[\"Accept\"]");

    /** What the server says about what it was told. */
    private static final Set<String> REMARKS = Set.of("issuer status");

    private NormalForm() {}

    /** The members that differ, by name. */
    static List<Member> differences(String path, ObjectNode wanted, ObjectNode live) {
        var said = flat(wanted);
        var found = flat(live);
        var members = new ArrayList<Member>();
        var names = new TreeMap<String, Boolean>();
        said.propertyStream().forEach(member -> names.put(member.getKey(), true));
        found.propertyStream().forEach(member -> names.putIfAbsent(member.getKey(), false));
        names.forEach((name, isWanted) -> {
            var there = normal(name, found.path(name));
            if (isWanted) {
                var here = normal(name, said.path(name));
                if (!WRITE_ONLY.contains(name) && !here.equals(there)) {
                    members.add(new Member(name, shown(name, there), shown(name, here)));
                }
            } else if (isForeign(path, name, there, said)) {
                members.add(new Member(name, shown(name, there), Optional.empty()));
            }
        });
        return members;
    }

    /** What has to be written so that a member is again as the server makes it by itself. */
    static JsonNode reset(String path, String name, ObjectNode live) {
        var nodes = JsonNodeFactory.instance;
        var byDefault = DEFAULTS.get(kind(path) + " " + name);
        if (byDefault != null) {
            return byDefault.startsWith("[")
                    ? nodes.arrayNode().add(byDefault.substring(2, byDefault.length() - 2))
                    : nodes.textNode(byDefault);
        }
        return switch (flat(live).path(name).getNodeType()) {
            case ARRAY -> nodes.arrayNode();
            case OBJECT -> nodes.objectNode();
            case NUMBER -> nodes.numberNode(0);
            case BOOLEAN -> nodes.booleanNode(false);
            default -> nodes.textNode("");
        };
    }

    /** Connections keep most members in an object of their own, mounts their settings. */
    private static ObjectNode flat(ObjectNode members) {
        var flat = JsonNodeFactory.instance.objectNode();
        members.propertyStream().forEach(member -> {
            if (member.getValue() instanceof ObjectNode inner
                    && (member.getKey().equals("connection_details")
                            || member.getKey().equals("config"))) {
                flat.setAll(inner);
            } else {
                flat.set(member.getKey(), member.getValue());
            }
        });
        return flat;
    }

    /** Whether a member that the documents do not name says something that a server would not say by itself. */
    private static boolean isForeign(String path, String name, JsonNode there, ObjectNode said) {
        String text = there.isContainerNode() ? there.toString() : there.asText();
        if (isEmpty(there)
                || REMARKS.contains(kind(path) + " " + name)
                || text.equals(DEFAULTS.get(kind(path) + " " + name))) {
            return false;
        }
        if (path.startsWith("sys/mounts/") || path.startsWith("sys/auth/")) {
            return MOUNT_MEMBERS.contains(name);
        }
        // Names of before 1.2: the same value once more.
        return !(said.has("token_" + name)
                        && normal(name, said.path("token_" + name)).equals(there))
                && !(name.equals("name") && path.endsWith("/" + text));
    }

    private static String kind(String path) {
        if (path.startsWith("auth/jwt-")) {
            return path.endsWith("/config") ? "issuer" : "jwt";
        }
        if (path.startsWith("database/roles/")) {
            return "database";
        }
        return path.equals("sys/mounts/sys/tune") ? "sys" : "other";
    }

    private static boolean isEmpty(JsonNode value) {
        return switch (value.getNodeType()) {
            case MISSING, NULL -> true;
            case ARRAY, OBJECT -> value.isEmpty();
            case BOOLEAN -> !value.asBoolean();
            case NUMBER -> value.asLong() == 0;
            default -> value.asText().isEmpty();
        };
    }

    private static JsonNode normal(String name, JsonNode value) {
        return switch (value) {
            case ArrayNode array -> list(name, array);
            case ObjectNode object -> {
                var sorted = JsonNodeFactory.instance.objectNode();
                var names = new TreeMap<String, JsonNode>();
                object.propertyStream().forEach(member -> names.put(member.getKey(), member.getValue()));
                names.forEach((key, inner) -> sorted.set(key, normal(key, inner)));
                yield sorted;
            }
            default -> scalar(value);
        };
    }

    private static JsonNode list(String name, ArrayNode array) {
        var texts = new ArrayList<String>();
        array.forEach(each -> texts.add(each.isTextual() ? scalar(each).asText() : each.toString()));
        if (!name.endsWith("_statements")) {
            texts.sort(null);
        }
        var normal = JsonNodeFactory.instance.arrayNode();
        texts.forEach(normal::add);
        return normal;
    }

    private static JsonNode scalar(JsonNode value) {
        var nodes = JsonNodeFactory.instance;
        if (value.isNull() || value.isMissingNode()) {
            return MissingNode.getInstance();
        }
        if (value.isNumber()) {
            return nodes.numberNode(value.asLong());
        }
        if (!value.isTextual()) {
            return value;
        }
        String text = value.asText();
        if (SECONDS.matcher(text).matches()) {
            return nodes.numberNode(Long.parseLong(text.substring(0, text.length() - 1)));
        }
        var address = ONE_ADDRESS.matcher(text);
        if (address.matches()) {
            return nodes.textNode(
                    Optional.ofNullable(address.group(1)).orElseGet(() -> String.valueOf(address.group(2))));
        }
        return value;
    }

    private static Optional<String> shown(String name, JsonNode value) {
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (name.equals("connection_url")) {
            return Optional.of(CREDENTIALS.matcher(value.asText()).replaceFirst("$1(hidden)@"));
        }
        if (isSecret(name)) {
            return Optional.of("(hidden)");
        }
        if (value instanceof ObjectNode || value instanceof ArrayNode) {
            try {
                return Optional.of(JSON.writeValueAsString(value));
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }
        return Optional.of(value.asText());
    }

    /** By its name; a member nobody foresaw may hold anything. */
    private static boolean isSecret(String name) {
        return name.equals("password")
                || name.contains("private")
                || name.contains("client_secret")
                || name.endsWith("_key")
                || name.equals("service_account_json");
    }
}
