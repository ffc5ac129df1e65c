package dev.daypass.acceptance.attempts;

import dev.daypass.acceptance.attempts.AttemptRunner.Guess;
import dev.daypass.acceptance.attempts.LeakDetector.Hidden;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a session of the card-payment shop must not see, read from its tables by their owner, so that it cannot be out of date. */
public final class ShopSecrets {
    private ShopSecrets() {}

    /** @param corpus whether {@code more-card-payments.sql} was run, too */
    public static List<Hidden> of(Connection owner, boolean corpus) throws SQLException {
        var hidden = new ArrayList<Hidden>();
        cards(owner, hidden, "SELECT 'the card of payment ' || id, pan FROM public.payments");
        texts(owner, hidden, "SELECT 'the address of customer ' || id, email FROM public.customers");
        texts(owner, hidden, "SELECT 'the telephone of customer ' || id, phone FROM public.customers");
        texts(
                owner,
                hidden,
                "SELECT 'the day of customer ' || id, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
                        + " FROM public.customers");
        texts(
                owner,
                hidden,
                "SELECT 'the second of customer ' || id, extract(epoch FROM created_at)::bigint::text FROM public.customers");
        texts(
                owner,
                hidden,
                "SELECT 'the time of payment ' || id || ', which is filtered out', to_char(paid_at AT TIME ZONE 'UTC',"
                        + " 'YYYY-MM-DD HH24:MI:SS') FROM public.payments WHERE status = 'DECLINED'");
        texts(owner, hidden, "SELECT 'a name of the staff', name FROM public.staff_salaries");
        texts(
                owner,
                hidden,
                "SELECT 'the password of ' || rolname, rolpassword FROM pg_authid WHERE rolpassword <> ''");
        keys(owner, hidden);
        if (corpus) {
            texts(owner, hidden, "SELECT 'a salary', salary_cents::text FROM public.staff_salaries");
            texts(owner, hidden, "SELECT 'the cardholder of payment ' || id, cardholder FROM public.payments");
            cards(owner, hidden, "SELECT 'the card number ' || id, pan_number::text FROM public.cards_on_file");
            cards(
                    owner,
                    hidden,
                    "SELECT 'the card on file ' || id, regexp_replace(pan, '[^0-9]', '', 'g') FROM public.cards_on_file");
            texts(owner, hidden, "SELECT 'the text around a card', 'Quentin'");
            texts(
                    owner,
                    hidden,
                    "SELECT 'the day of the card on file ' || id, to_char(added_on AT TIME ZONE 'UTC', 'YYYY-MM-DD') FROM"
                            + " public.cards_on_file");
            texts(owner, hidden, "SELECT 'the internal note of ticket ' || id, internal_note FROM public.tickets");
            texts(owner, hidden, "SELECT 'the note of ticket ' || id, note FROM public.tickets WHERE region <> 'EU'");
            texts(owner, hidden, "SELECT 'the code of ticket ' || id, code FROM public.tickets WHERE region <> 'EU'");
            texts(owner, hidden, "SELECT 'the note of voucher ' || id, note FROM public.vouchers WHERE region <> 'EU'");
            texts(owner, hidden, "SELECT 'the code of voucher ' || id, code FROM public.vouchers WHERE region <> 'EU'");
        }
        return hidden;
    }

    /** Values to guess, each with one that is nowhere. */
    public static Map<String, Guess> guesses(Connection owner, boolean corpus) throws SQLException {
        Map<String, Guess> guesses = new TreeMap<>();
        String card = one(owner, "SELECT pan FROM public.payments WHERE id = 2");
        int middle = card.length() - 10;
        guesses.put("pan", new Guess(card, card.substring(0, 6) + "7".repeat(middle) + card.substring(6 + middle)));
        guesses.put("email", guess(one(owner, "SELECT email FROM public.customers WHERE id = 1")));
        guesses.put("cardholder", guess(one(owner, "SELECT cardholder FROM public.payments WHERE id = 2")));
        guesses.put("phone", guess(one(owner, "SELECT phone FROM public.customers WHERE id = 1")));
        guesses.put(
                "row",
                new Guess(
                        one(owner, "SELECT min(id)::text FROM public.payments WHERE status = 'DECLINED' AND id > 9"),
                        "99"));
        if (corpus) {
            guesses.put("ticket", guess(one(owner, "SELECT min(code) FROM public.tickets WHERE region <> 'EU'")));
            guesses.put("voucher", guess(one(owner, "SELECT min(code) FROM public.vouchers WHERE region <> 'EU'")));
        }
        return guesses;
    }

    private static Guess guess(String truth) {
        return new Guess(truth, "~" + truth.substring(1));
    }

    /** The masking key never leaves the database: whatever bytes there are in its schema. */
    private static void keys(Connection owner, List<Hidden> hidden) throws SQLException {
        var columns = new ArrayList<String>();
        try (var statement = owner.createStatement();
                var rows = statement.executeQuery(
                        "SELECT format('%I.%I', attrelid::regclass, attname), format('SELECT %L, encode(%I, ''hex'') FROM %s',"
                                + " 'the masking key', attname, attrelid::regclass) FROM pg_attribute JOIN pg_class c ON c.oid ="
                                + " attrelid WHERE c.relnamespace = to_regnamespace('daypass') AND relkind = 'r' AND atttypid ="
                                + " 'bytea'::regtype")) {
            while (rows.next()) {
                columns.add(rows.getString(2));
            }
        }
        for (var column : columns) {
            texts(owner, hidden, column);
        }
    }

    private static void cards(Connection owner, List<Hidden> hidden, String sql) throws SQLException {
        try (var statement = owner.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                hidden.add(Hidden.card(rows.getString(1), rows.getString(2)));
            }
        }
    }

    private static void texts(Connection owner, List<Hidden> hidden, String sql) throws SQLException {
        try (var statement = owner.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                hidden.add(Hidden.text(rows.getString(1), rows.getString(2)));
            }
        }
    }

    private static String one(Connection owner, String sql) throws SQLException {
        try (var statement = owner.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
