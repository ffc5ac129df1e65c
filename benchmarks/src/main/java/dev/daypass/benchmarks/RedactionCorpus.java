package dev.daypass.benchmarks;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/** Made-up text of a fixed seed: log lines as the peers write them, and identifiers that look like card numbers. */
final class RedactionCorpus {
    private static final String CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";

    private final Random random = new Random(20261123);

    /** Log lines of all sources, about so many units of text; one line in {@code every} carries a card number. */
    List<String> logLines(int size, int every) {
        var lines = new ArrayList<String>();
        int total = 0;
        while (total < size) {
            var line = switch (random.nextInt(8)) {
                case 0, 1, 2 -> postgresql(lines.size() % every == 0);
                case 3 -> pgaudit(lines.size() % every == 0);
                case 4, 5, 6 -> vault();
                default -> mariadb(lines.size() % every == 0);
            };
            lines.add(line);
            total += line.length();
        }
        return lines;
    }

    /** What is to be left alone, by name: about {@code size} units of each. */
    Map<String, List<String>> identifiers(int size) {
        var all = new LinkedHashMap<String, List<String>>();
        all.put("UUIDs", fill(size, () -> uuid()));
        all.put("SHA-256 in hex", fill(size, () -> hex(64)));
        all.put("SHA-1 in hex", fill(size, () -> hex(40)));
        all.put("128 bits in hex", fill(size, () -> hex(32)));
        all.put("64 bits in hex", fill(size, () -> hex(16)));
        all.put("epoch, s", fill(size, () -> Long.toString(seconds())));
        all.put("epoch, ms", fill(size, () -> Long.toString(seconds() * 1000 + random.nextInt(1000))));
        all.put("epoch, us", fill(size, () -> Long.toString(seconds() * 1_000_000 + random.nextInt(1_000_000))));
        all.put(
                "epoch, ns",
                fill(size, () -> Long.toString(seconds() * 1_000_000_000 + random.nextInt(1_000_000_000))));
        all.put("epoch, s.us", fill(size, () -> seconds() + "." + digits(6)));
        all.put("ISO times", fill(size, () -> instant() + digits(6)));
        all.put("LSNs", fill(size, () -> (hex(1 + random.nextInt(3)) + "/" + hex(8)).toUpperCase(Locale.ROOT)));
        all.put("ULIDs", fill(size, () -> "01" + crockford(24).toUpperCase(Locale.ROOT)));
        all.put("session ids", fill(size, () -> "dp_01k" + crockford(23)));
        all.put("addresses", fill(size, () -> address() + ":" + random.nextInt(65536)));
        all.put("decimals", fill(size, () -> Double.toString(random.nextDouble() * Math.pow(10, random.nextInt(8)))));
        all.put(
                "coordinates",
                fill(size, () -> (random.nextDouble() * 180 - 90) + " " + (random.nextDouble() * 360 - 180)));
        all.put("telephone", fill(size, () -> "+" + (1 + random.nextInt(99)) + " " + digits(3) + " " + digits(7)));
        all.put("query ids", fill(size, () -> "\"query_id\":" + random.nextLong()));
        all.put("log lines", logLines(4 * size, Integer.MAX_VALUE).subList(1, 4 * size / 900));
        return all;
    }

    private static List<String> fill(int size, Supplier<String> one) {
        var lines = new ArrayList<String>();
        int total = 0;
        while (total < size) {
            var line = "id=" + one.get() + " next " + one.get() + ", " + one.get() + "; \"last\":\"" + one.get() + "\"";
            lines.add(line);
            total += line.length();
        }
        return lines;
    }

    private String postgresql(boolean card) {
        var statement = switch (random.nextInt(4)) {
            case 0 ->
                "SELECT id, status, total FROM orders WHERE customer_id = $1 AND created_at > now() - interval '7"
                        + " days' ORDER BY created_at DESC LIMIT 50";
            case 1 ->
                "UPDATE orders SET status = 'shipped', shipped_at = '" + instant() + "' WHERE id = '" + uuid()
                        + "' RETURNING id";
            case 2 ->
                "INSERT INTO tickets (id, subject, body) VALUES (" + random.nextInt(100000)
                        + ", 'Refund for order', 'The customer says that the parcel never arrived, and asks for a refund.')";
            default ->
                "SELECT o.id, o.total, c.name\\n  FROM orders o\\n  JOIN customers c ON c.id = o.customer_id\\n "
                        + " WHERE o.state = 'open'\\n   AND c.region IN ('eu', 'us')";
        };
        return "{\"timestamp\":\"" + instant().replace("T", " ").replace("Z", " UTC") + "\",\"user\":\"dp_01k"
                + crockford(23) + "\",\"dbname\":\"orders\",\"pid\":" + random.nextInt(100000)
                + ",\"remote_host\":\"127.0.0.1\",\"remote_port\":" + random.nextInt(65536) + ",\"session_id\":\""
                + hex(8) + "." + hex(4) + "\",\"line_num\":" + random.nextInt(50)
                + ",\"ps\":\"SELECT\",\"session_start\":\"2026-11-23 03:10:00 UTC\",\"vxid\":\"3/"
                + random.nextInt(9999)
                + "\",\"txid\":0,\"error_severity\":\"LOG\",\"message\":\"execute <unnamed>: " + statement
                + (card ? " -- " + card() : "")
                + "\",\"application_name\":\"support-bot\",\"backend_type\":\"client backend\",\"query_id\":"
                + random.nextLong()
                + "}";
    }

    private String pgaudit(boolean card) {
        return "{\"timestamp\":\"" + instant().replace("T", " ").replace("Z", " UTC") + "\",\"user\":\"dp_01k"
                + crockford(23) + "\",\"dbname\":\"orders\",\"pid\":" + random.nextInt(100000)
                + ",\"error_severity\":\"LOG\",\"message\":\"AUDIT: SESSION," + random.nextInt(100)
                + ",1,READ,SELECT,TABLE,public.orders,\\\"SELECT * FROM orders WHERE card = '" + (card ? card() : "x")
                + "'\\\",<not logged>\",\"backend_type\":\"client backend\",\"query_id\":0}";
    }

    private String vault() {
        return "{\"time\":\"" + instant() + "\",\"type\":\"response\",\"auth\":{\"client_token\":\"hmac-sha256:"
                + hex(64)
                + "\",\"accessor\":\"hmac-sha256:" + hex(64)
                + "\",\"display_name\":\"jwt-01k" + crockford(23)
                + "\",\"policies\":[\"agent\",\"default\"],\"token_policies\":[\"agent\",\"default\"],\"metadata\":{\"agent\":\"agent:"
                + "support-bot\",\"grant\":\"orders-support-read\"},\"entity_id\":\"" + uuid()
                + "\",\"token_type\":\"service\",\"token_ttl\":600,\"token_issue_time\":\"" + instant()
                + "\"},\"request\":{\"id\":\"" + uuid() + "\",\"client_id\":\"" + uuid()
                + "\",\"operation\":\"read\",\"mount_point\":\"database/\",\"path\":\"database/creds/orders-support-read\","
                + "\"remote_address\":\"127.0.0.2\",\"remote_port\":" + random.nextInt(65536)
                + "},\"response\":{\"secret\":{\"lease_id\":\"database/creds/orders-support-read/" + crockford(24)
                + "\"},\"data\":{\"password\":\"hmac-sha256:" + hex(64) + "\",\"username\":\"hmac-sha256:" + hex(64)
                + "\"}}}";
    }

    private String mariadb(boolean card) {
        return "20261123 03:10:" + digits(2) + ",db-1,dp_01k" + crockford(23) + ",127.0.0.1," + random.nextInt(9999)
                + ","
                + random.nextInt(99999)
                + ",QUERY,orders,'SELECT name, total FROM orders WHERE state = \\'open\\' AND note <> \\'"
                + (card ? card() : "nothing to see") + "\\'',0";
    }

    /** A Visa number, mostly in groups. */
    String card() {
        var digits = new StringBuilder("4").append(digits(14));
        int sum = 0;
        for (int i = 0; i < 15; i++) {
            int digit = (digits.charAt(i) - '0') * (i % 2 == 0 ? 2 : 1);
            sum += digit > 9 ? digit - 9 : digit;
        }
        var card = digits.append((10 - sum % 10) % 10).toString();
        var separator = new String[] {"", " ", "-", "\\n", "\\u0020", "\u00a0"}[random.nextInt(6)];
        return String.join(
                separator, card.substring(0, 4), card.substring(4, 8), card.substring(8, 12), card.substring(12));
    }

    private long seconds() {
        return 1_700_000_000L + random.nextInt(150_000_000);
    }

    private String instant() {
        return Instant.ofEpochSecond(seconds(), random.nextInt(1000) * 1_000_000L)
                .toString();
    }

    private String uuid() {
        return UUID.nameUUIDFromBytes(hex(8).getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .toString();
    }

    private String address() {
        return random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256);
    }

    private String hex(int length) {
        return pick("0123456789abcdef", length);
    }

    private String digits(int length) {
        return pick("0123456789", length);
    }

    private String crockford(int length) {
        return pick(CROCKFORD, length);
    }

    private String pick(String from, int length) {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(from.charAt(random.nextInt(from.length())));
        }
        return text.toString();
    }
}
