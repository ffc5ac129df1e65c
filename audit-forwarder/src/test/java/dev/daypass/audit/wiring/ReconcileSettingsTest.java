package dev.daypass.audit.wiring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.audit.reconcile.LogGroup;
import dev.daypass.evidence.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReconcileSettingsTest {
    private static final List<Source> SOURCES = List.of(Source.DAYPASS, Source.POSTGRESQL, Source.INTENTS);

    @Test
    void aSourceMayHaveSeveralGroups() {
        assertEquals(
                Optional.of(List.of(
                        new LogGroup(Source.DAYPASS, "/daypass/x/vend"),
                        new LogGroup(Source.DAYPASS, "/daypass/x/sweep"),
                        new LogGroup(Source.POSTGRESQL, "/aws/rds/instance/db-1/postgresql"))),
                ReconcileSettings.logGroups(
                        "daypass=/daypass/x/vend daypass=/daypass/x/sweep postgresql=/aws/rds/instance/db-1/postgresql",
                        SOURCES));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "daypass=/a",
                "daypass=/a postgresql=/b mariadb=/c",
                "daypass=/a postgresql=/b intents=/c",
                "daypass=/a postgresql=/b other=/c",
                "daypass=/a postgresql=",
                "daypass=/a postgresql=/b c",
                "daypass=/a postgresql=/b=c",
                "daypass=/a postgresql=/b daypass=/a",
                "daypass /a postgresql /b",
                " ",
            })
    void whatIsNotAGroupForEachSourceOfEventsIsRefused(String text) {
        assertEquals(Optional.empty(), ReconcileSettings.logGroups(text, SOURCES));
    }

    @Test
    void everyBadVariableIsNamedAtOnceAndNoValueIsShown() {
        var e = assertThrows(
                IllegalStateException.class,
                () -> Wiring.reconciling(
                        Map.of("DAYPASS_SOURCES", "daypass,nonsense", "DAYPASS_LOG_GROUPS", "daypass=/a b")));
        String message = String.valueOf(e.getMessage());
        for (var name : List.of(
                "DAYPASS_EVIDENCE_BUCKET is not set",
                "DAYPASS_ACCOUNT_ID is not set",
                "AWS_REGION is not set",
                "DAYPASS_RECORD_KEY_PARAMETER is not set",
                "DAYPASS_SOURCES is malformed",
                "DAYPASS_LOG_GROUPS is malformed")) {
            assertTrue(message.contains(name), message);
        }
        assertFalse(message.contains("nonsense"), message);
    }
}
