package dev.daypass.acceptance.attempts;

import dev.daypass.acceptance.attempts.AttemptRunner.Guess;
import dev.daypass.acceptance.attempts.LeakDetector.Hidden;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a session of the card-payment shop in MariaDB must not see, read from its tables by their owner. */
public final class MariaDbShopSecrets {
    private static final List<String> CARDS = List.of(
            "SELECT CONCAT('the card of payment ', id), pan FROM orders.payments",
            "SELECT CONCAT('the card number ', id), pan_number FROM orders.cards_on_file",
            "SELECT CONCAT('the card on file ', id), REGEXP_REPLACE(pan, '[^0-9]', '') FROM orders.cards_on_file");

    private static final List<String> TEXTS = List.of(
            "SELECT CONCAT('the address of customer ', id), email FROM orders.customers",
            "SELECT CONCAT('the telephone of customer ', id), phone FROM orders.customers",
            "SELECT CONCAT('the time of customer ', id), DATE_FORMAT(created_at, '%Y-%m-%d %H:%i:%s') FROM"
                    + " orders.customers",
            "SELECT CONCAT('the second of customer ', id), UNIX_TIMESTAMP(created_at) FROM orders.customers",
            "SELECT CONCAT('the time of payment ', id, ', which is filtered out'), DATE_FORMAT(paid_at,"
                    + " '%Y-%m-%d %H:%i:%s') FROM orders.payments WHERE status = 'DECLINED'",
            "SELECT 'a name of the staff', name FROM orders.staff_salaries",
            "SELECT 'a salary', salary_cents FROM orders.staff_salaries",
            "SELECT CONCAT('the cardholder of payment ', id), cardholder FROM orders.payments",
            "SELECT 'the text around a card', 'Quentin'",
            "SELECT CONCAT('the day of the card on file ', id), DATE_FORMAT(added_on, '%Y-%m-%d') FROM"
                    + " orders.cards_on_file",
            "SELECT CONCAT('the internal note of ticket ', id), internal_note FROM orders.tickets",
            "SELECT CONCAT('the note of ticket ', id), note FROM orders.tickets WHERE region <> 'EU'",
            "SELECT CONCAT('the code of ticket ', id), code FROM orders.tickets WHERE region <> 'EU'",
            "SELECT CONCAT('the note of voucher ', id), note FROM orders.vouchers WHERE region <> 'EU'",
            "SELECT CONCAT('the code of voucher ', id), code FROM orders.vouchers WHERE region <> 'EU'",
            "SELECT CONCAT('the password of ', User), SUBSTR(JSON_VALUE(Priv, '$.authentication_string'), 2) FROM"
                    + " mysql.global_priv WHERE User IN ('owner', 'vault_admin', 'daypass_deployer')",
            "SELECT 'the inner pad', HEX(inner_pad) FROM daypass.masking_key",
            "SELECT 'the outer pad', HEX(outer_pad) FROM daypass.masking_key");

    private MariaDbShopSecrets() {}

    /** Everything of it, with times in UTC. */
    public static List<Hidden> of(Connection owner) throws SQLException {
        var hidden = new ArrayList<Hidden>();
        try (var statement = owner.createStatement()) {
            statement.execute("SET time_zone = '+00:00'");
            for (var sql : CARDS) {
                try (var rows = statement.executeQuery(sql)) {
                    while (rows.next()) {
                        hidden.add(Hidden.card(rows.getString(1), rows.getString(2)));
                    }
                }
            }
            for (var sql : TEXTS) {
                try (var rows = statement.executeQuery(sql)) {
                    while (rows.next()) {
                        hidden.add(Hidden.text(rows.getString(1), rows.getString(2)));
                    }
                }
            }
        }
        return hidden;
    }

    /** Values to guess, each with one that is nowhere. */
    public static Map<String, Guess> guesses(Connection owner) throws SQLException {
        Map<String, Guess> guesses = new TreeMap<>();
        String card = one(owner, "SELECT pan FROM orders.payments WHERE id = 2");
        int middle = card.length() - 10;
        guesses.put("pan", new Guess(card, card.substring(0, 6) + "7".repeat(middle) + card.substring(6 + middle)));
        guesses.put("email", guess(one(owner, "SELECT email FROM orders.customers WHERE id = 1")));
        guesses.put("cardholder", guess(one(owner, "SELECT cardholder FROM orders.payments WHERE id = 2")));
        guesses.put("phone", guess(one(owner, "SELECT phone FROM orders.customers WHERE id = 1")));
        guesses.put(
                "row", new Guess(one(owner, "SELECT MIN(id) FROM orders.payments WHERE status = 'DECLINED'"), "99"));
        guesses.put("ticket", guess(one(owner, "SELECT MIN(code) FROM orders.tickets WHERE region <> 'EU'")));
        return guesses;
    }

    private static Guess guess(String truth) {
        return new Guess(truth, "~" + truth.substring(1));
    }

    private static String one(Connection owner, String sql) throws SQLException {
        try (var statement = owner.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
