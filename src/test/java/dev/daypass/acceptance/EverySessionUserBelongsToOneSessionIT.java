package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.daypass.cli.local.LocalDaypass;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningDaypass.class)
@DisplayName("2. Every session user belongs to exactly one session, agent and owner, and its name is never used again")
class EverySessionUserBelongsToOneSessionIT {
    private final LocalDaypass daypass;
    private final Api api;

    EverySessionUserBelongsToOneSessionIT(LocalDaypass daypass) {
        this.daypass = daypass;
        this.api = new Api(daypass.api());
    }

    @Test
    void theUsersNameIsTheSessionsAndItsIntentNamesAgentAndOwner() throws Exception {
        var vended = api.vend(daypass.tokenOf("agent:refund-bot"), "orders-support-read");
        assertEquals("dp_" + vended.text("session"), vended.text("user"));
        JsonNode intent = Api.JSON.readTree(daypass.evidence("intents", vended.text("session")));
        assertEquals(vended.text("user"), intent.path("user").asText());
        assertEquals("agent:refund-bot", intent.path("agent").asText());
        assertEquals("team-support", intent.path("owner").asText());
    }

    @Test
    void vaultsAuditNamesSessionAgentAndOwnerBesideTheUser() throws Exception {
        var vended = api.vend(daypass.tokenOf("agent:refund-bot"), "orders-support-read");
        boolean named = false;
        for (var line : daypass.vaultAudit().lines().toList()) {
            var entry = Api.JSON.readTree(line);
            var metadata = entry.path("auth").path("metadata");
            if (entry.path("response").path("data").path("username").asText().equals(vended.text("user"))) {
                named = metadata.path("session").asText().equals(vended.text("session"))
                        && metadata.path("agent").asText().equals("agent:refund-bot")
                        && metadata.path("owner").asText().equals("team-support");
            }
        }
        assertTrue(named, "the line in which Vault hands out the user names its session, agent and owner");
    }

    @Test
    void twoRequestsOfOneAgentGetTwoUsers() {
        var first = api.vend(daypass.token(), "orders-support-read");
        var second = api.vend(daypass.token(), "orders-support-read");
        assertNotEquals(first.text("user"), second.text("user"));
    }

    @Test
    void requestsSideBySideNeverShareAUser() throws Exception {
        int requests = 8;
        Set<String> users = new HashSet<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var vends = IntStream.range(0, requests)
                    .<Callable<Api.Answer>>mapToObj(i -> () -> api.vend(daypass.token(), "orders-support-read"))
                    .toList();
            for (var answer : threads.invokeAll(vends)) {
                assertEquals(201, answer.get().status(), answer.get().body().toString());
                users.add(answer.get().text("user"));
            }
        }
        assertEquals(requests, users.size());
    }
}
