package dev.daypass.grants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.grants.WhoCan.ColumnName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WhoCanTest {
    private final WhoCan whoCan = new WhoCan(DemoDocuments.read());

    @Test
    void aMaskedColumnIsReachedThroughItsMask() {
        assertEquals(List.of("orders-support-read: public.payments.pan as pan"), ways("public.payments.pan"));
    }

    @Test
    void readingAndWritingAreTwoWays() {
        assertEquals(
                List.of(
                        "orders-refund-write: insert public.refunds.reason",
                        "orders-support-read: public.refunds.reason"),
                ways("public.refunds.reason"));
    }

    @Test
    void aColumnThatNoGrantNamesIsReachedByNobody() {
        assertEquals(List.of(), ways("public.payments.cvv"));
        assertEquals(List.of(), ways("sales.payments.pan"));
    }

    @Test
    void aTokenReachesWhatItsGrantsTogetherReach() {
        var lead = whoCan.reachableBy("dev", Map.of("team", Set.of("support"), "role", Set.of("lead")));
        var payments = whoCan.reachableBy("dev", Map.of("team", Set.of("payments")));

        assertEquals(
                Set.of("orders-glance", "orders-refund-write", "orders-support-read"),
                Set.copyOf(lead.stream().map(way -> way.grant().name().text()).toList()));
        assertEquals(
                List.of("insert public.refunds.order_id"),
                payments.stream()
                        .map(way -> way.reach().toString())
                        .filter(reach -> reach.endsWith("refunds.order_id"))
                        .toList());
        assertEquals(List.of(), whoCan.reachableBy("dev", Map.of()));
        assertEquals(List.of(), whoCan.reachableBy("other", Map.of("team", Set.of("support"))));
    }

    @Test
    void onlyAWholeNameIsAColumn() {
        assertTrue(ColumnName.parse("public.payments.pan").isPresent());
        assertTrue(ColumnName.parse("payments.pan").isEmpty());
        assertTrue(ColumnName.parse("public.payments.").isEmpty());
        assertTrue(ColumnName.parse("public.payments.pan;").isEmpty());
    }

    private List<String> ways(String column) {
        return whoCan.reaching(ColumnName.parse(column).orElseThrow()).stream()
                .map(way -> way.grant().name() + ": " + way.reach())
                .toList();
    }
}
