package dev.daypass.grants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.grant.GrantName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One difference between two texts of a grant at a time, and what it takes away. */
class NarrowingTest {
    private static final GrantName NAME = new GrantName("orders-narrow");
    private static final String TEXT = """
            name: orders-narrow
            version: "1"
            description: What is compared.
            owner: me@example.com
            database: orders
            tables:
              public.orders:
                select: [id, status, pan, placed_at]
                update: [note]
                delete: true
                masks:
                  pan: pan
                rows:
                  - column: status
                    in: [OPEN, PAID]
                  - column: id
                    from: 10
                    before: 20
                  - column: placed_at
                    newerThan: 24h
                  - column: closed_at
                    isNull: true
                  - column: region
                    from: A
              public.items:
                select: [id]
              public.notes:
                insert: [note]
            functions: [public.total(integer), public.tax(integer)]
            sequences: [public.orders_id_seq, public.items_id_seq]
            entitled:
              - issuer: dev
                claims:
                  team: {values: [support, lead], matches: ["agent-[0-9]+"]}
                  role: [clerk]
              - issuer: other
                claims:
                  team: [support]
            ttl:
              default: 5m
              max: 10m
              window: 1h
              renewals: 10
            sessions: 10
            purpose:
              required: false
              pattern: TICKET-[0-9]+
            connections: 3
            statementTimeout: 30s
            whenNarrowed: drain
            allowUnmaskedPan: {approver: boss, reason: disputes}
            """;

    @Test
    void theSameTextTakesNothingAway() {
        assertEquals(List.of(), lost(TEXT, TEXT));
    }

    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            database: orders         | database: payments          | anything in the database orders
            select: [id, status, pan, | select: [id, pan,          | select on public.orders(status)
            insert: [note]           | delete: true                | insert on public.notes
            update: [note]           | update: [remark]            | update on public.orders(note)
            delete: true             | delete: false               | delete on public.orders
            public.items:            | sales.items:                | select on public.items
            delete: true             | as: sold                    | delete on public.orders, the name orders for public.orders
            pan: pan                 | pan: null                   | select on public.orders(pan) as pan
            pan: pan                 | {pan: pan, status: redact}  | select on public.orders(status) unmasked
            in: [OPEN, PAID]         | in: [OPEN]                  | rows of public.orders other than where status in ['OPEN']
            from: 10                 | from: 11                    | rows of public.orders other than where id from 11 before 20
            before: 20               | before: 19                  | rows of public.orders other than where id from 10 before 19
            from: A                  | from: B                     | rows of public.orders other than where region from 'B' before any
            from: B                  | from: A                     | rows of public.orders other than where region from 'A' before any
            newerThan: 24h           | newerThan: 23h              | rows of public.orders other than where placed_at newer than PT23H
            isNull: true             | isNull: false               | rows of public.orders other than where closed_at is not null
            column: status           | column: kind                | rows of public.orders other than where kind in ['OPEN', 'PAID']
            functions: [public.total(integer), public.tax(integer)] | functions: [public.total(bigint), public.tax(integer)] | execute public.total(integer)
            sequences: [public.orders_id_seq, public.items_id_seq] | sequences: [public.items_id_seq] | usage on sequence public.orders_id_seq
            values: [support, lead]  | values: [support]           | asking as dev with role clerk and team lead, support or what agent-[0-9]+ matches
            agent-[0-9]+             | agent-[0-9]*                | asking as dev with role clerk and team lead, support or what agent-[0-9]+ matches
            role: [clerk]            | role: [boss]                | asking as dev with role clerk and team lead, support or what agent-[0-9]+ matches
            issuer: other            | issuer: dev                 | asking as other with team support
            team: [support]          | {team: [support], of: [us]} | asking as other with team support
            default: 5m              | default: 4m                 | a default ttl of 5m, now 4m
            max: 10m                 | max: 9m                     | a ttl of 10m, now 9m
            window: 1h               | window: 59m                 | a window of 1h, now 59m
            renewals: 10             | renewals: 9                 | 10 renewals, now 9
            sessions: 10             | sessions: 9                 | 10 sessions at once, now 9
            connections: 3           | connections: 2              | 3 connections of a session, now 2
            statementTimeout: 30s    | statementTimeout: 29s       | a statement of 30s, now 29s
            required: false          | required: true              | a request without a purpose
            TICKET-[0-9]+            | TICKET-[0-9]*               | a purpose that TICKET-[0-9]* does not match
            allowUnmaskedPan: {approver: boss, reason: disputes} | # none | unmasked card numbers
            """)
    void aNarrowingIsNamed(String before, String after, String lost) {
        // One row goes the other way: of text, either direction counts.
        String from = TEXT.contains(before) ? TEXT : TEXT.replace(after, before);
        assertEquals(lost, String.join(", ", lost(from, changed(from, before, after))));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            select: [id, status, pan, | select: [pan, id, extra, status,
            insert: [note]           | insert: [note, status]
            in: [OPEN, PAID]         | in: [PAID, OPEN, LOST]
            from: 10                 | from: 9
            before: 20               | # open
            newerThan: 24h           | newerThan: 25h
            functions: [public.total(integer), | functions: [public.more(), public.total(integer),
            values: [support, lead]  | values: [support, lead, boss]
            role: [clerk]            | # anybody
            default: 5m              | default: 6m
            max: 10m                 | max: 11m
            window: 1h               | window: 2h
            renewals: 10             | renewals: 11
            sessions: 10             | sessions: 11
            connections: 3           | connections: 4
            statementTimeout: 30s    | statementTimeout: 31s
            pattern: TICKET-[0-9]+   | # any
            whenNarrowed: drain      | whenNarrowed: end
            approver: boss           | approver: bigger-boss
            owner: me@example.com    | owner: you@example.com
            version: "1"             | version: "2"
            """)
    void aWideningTakesNothingAway(String before, String after) {
        assertEquals(List.of(), lost(TEXT, changed(TEXT, before, after)));
    }

    @Test
    void aMaskThatGoesAwayTakesNothingAway() {
        String masked = changed(TEXT, "pan: pan", "{pan: pan, status: redact}");

        assertEquals(List.of(), lost(masked, TEXT));
    }

    @Test
    void aRuleThatGoesAwayTakesNothingAwayAndANewOneDoes() {
        String without = changed(TEXT, "      - column: region\n        from: A\n", "");

        assertEquals(List.of(), lost(TEXT, without));
        assertEquals(List.of("rows of public.orders other than where region from 'A' before any"), lost(without, TEXT));
    }

    @Test
    void aPatternThatBecomesAPlainValueCountsAsANarrowingAndAValueThatAPatternTakesDoesNot() {
        String pattern = changed(TEXT, "values: [support, lead], matches: [\"agent-[0-9]+\"]", "matches: [\"[a-z]+\"]");
        String value = changed(pattern, "matches: [\"[a-z]+\"]", "values: [support], matches: [\"x\"]");

        assertEquals(1, lost(pattern, value).size());
        assertEquals(
                List.of(), lost(changed(TEXT, ", matches: [\"agent-[0-9]+\"]", ", matches: [\"[a-z]+\"]"), pattern));
    }

    @Test
    void everythingThatIsLostIsNamed() {
        String both = changed(changed(TEXT, "delete: true", "delete: false"), "sessions: 10", "sessions: 1");

        assertEquals(List.of("delete on public.orders", "10 sessions at once, now 1"), lost(TEXT, both));
    }

    @Test
    void textsOfTwoGrantsAreNotCompared() {
        var one = Documents.readGrant(NAME, TEXT);
        var two = Documents.readGrant(new GrantName("other"), TEXT.replace("orders-narrow", "other"));

        assertThrows(IllegalArgumentException.class, () -> one.narrowedFrom(two));
    }

    @Test
    void aTextAloneIsReadWithoutItsDatabaseAndRefusedWithItsFaults() {
        assertEquals("orders", Documents.readGrant(NAME, TEXT).database());

        var refused = assertThrows(
                DocumentsRefusedException.class,
                () -> Documents.readGrant(NAME, TEXT.replace("sessions: 10", "sessions: 0")));
        assertTrue(
                String.valueOf(refused.getMessage())
                        .startsWith("grants/orders-narrow.yaml:44:11: expected a number from 1 to 1000"),
                refused.getMessage());
    }

    private static List<String> lost(String before, String after) {
        return Documents.readGrant(NAME, after).narrowedFrom(Documents.readGrant(NAME, before));
    }

    private static String changed(String text, String before, String after) {
        assertTrue(text.contains(before), "the text does not have: " + before);
        int at = text.indexOf(before);
        return text.substring(0, at) + after + text.substring(at + before.length());
    }
}
