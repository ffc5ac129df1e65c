package dev.daypass.vaultpolicies;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daypass.grants.Cidr;
import dev.daypass.grants.VaultWrite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files under {@code api/}, written by hand. A file's path is the API path that it is put to, less its ending:
 * {@code .json} is the body, {@code .hcl} the text of a policy. {@code order.txt} says in which order. One variable exists,
 * {@code ${brokerCidrs}}: as the only member of a list it stands for the broker's addresses.
 */
final class StaticFiles {
    private static final String ROOT = "api/";
    private static final String BROKER_CIDRS = "${brokerCidrs}";
    private static final ObjectMapper JSON = new ObjectMapper();

    private StaticFiles() {}

    static List<VaultWrite> read(List<Cidr> broker) {
        var writes = new ArrayList<VaultWrite>();
        for (var file : order()) {
            String text = text(file);
            if (file.endsWith(".hcl")) {
                writes.add(new VaultWrite(withoutEnding(file), new VaultWrite.Policy(text)));
            } else {
                writes.add(new VaultWrite(withoutEnding(file), new VaultWrite.Json(members(text, broker))));
            }
        }
        return writes;
    }

    static List<String> order() {
        return text("order.txt")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    private static Map<String, Object> members(String text, List<Cidr> broker) {
        try {
            var members = new LinkedHashMap<String, Object>();
            var tree = (ObjectNode) JSON.readTree(text);
            tree.properties().forEach(member -> members.put(member.getKey(), replaced(member.getValue(), broker)));
            return members;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object replaced(JsonNode value, List<Cidr> broker) {
        if (value instanceof ArrayNode array
                && array.size() == 1
                && array.path(0).asText().equals(BROKER_CIDRS)) {
            return broker.stream().map(Cidr::text).sorted().toList();
        }
        return value;
    }

    private static String withoutEnding(String file) {
        return file.substring(0, file.lastIndexOf('.'));
    }

    private static String text(String file) {
        try (var resource = StaticFiles.class.getResourceAsStream(ROOT + file)) {
            if (resource == null) {
                throw new IllegalStateException("order.txt names a file that is not there: " + file);
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
