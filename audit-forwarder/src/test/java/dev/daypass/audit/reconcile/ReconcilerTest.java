package dev.daypass.audit.reconcile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.audit.reconcile.Finding.Code;
import dev.daypass.evidence.Source;
import dev.daypass.session.EndReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReconcilerTest {
    private final Hour hour = new Hour();

    // ---- A clean hour

    @Test
    void aCleanHourGivesNoFindingAndCountsTheSameOnBothSides() {
        assertEquals(List.of(), hour.findings());
        long logEvents = 0;
        for (var report : hour.reports().values()) {
            for (var source : JsonTree.parse(report).orElseThrow().objects("sources")) {
                assertEquals(source.number("logEvents"), source.number("records"));
                logEvents += source.number("logEvents").orElseThrow();
            }
        }
        assertTrue(logEvents > 600, "the hour was really looked at: " + logEvents);
    }

    @Test
    void eachRunBeginsWhereTheOneBeforeItEnded() {
        hour.findings();
        assertFollowing(Hour.BEGIN, Hour.BEGIN.plus(Duration.ofMinutes(60)));
    }

    @Test
    void afterALongSilenceRunsCatchUpTenMinutesAtATime() {
        hour.run(Hour.BEGIN.plusSeconds(180));
        var late = Hour.BEGIN.plus(Duration.ofMinutes(62));
        for (int i = 0; i < 10; i++) {
            assertEquals(
                    List.of(), hour.run(late).map(Reconciler.Result::findings).orElse(List.of()));
        }
        assertFollowing(Hour.BEGIN, Hour.BEGIN.plus(Duration.ofMinutes(60)));
        assertEquals(7, hour.reports().size());
    }

    private void assertFollowing(Instant first, Instant last) {
        var before = first;
        for (var report : hour.reports().values()) {
            var json = JsonTree.parse(report).orElseThrow();
            assertEquals(Optional.of(before), json.instant("from"));
            before = json.instant("to").orElseThrow();
        }
        assertEquals(last, before);
    }

    @Test
    void noMinuteIsBegunAfterTheDeadlineAndNothingIsWrittenForNone() {
        assertEquals(Optional.empty(), hour.reconciler(at(9)).run(at(9).minusMillis(1), Reconciler.LAG, found -> {}));
        assertTrue(hour.reports().isEmpty());
        // The clock stands still: at equality every minute may begin.
        assertEquals(
                at(7),
                hour.reconciler(at(9))
                        .run(at(9), Reconciler.LAG, found -> {})
                        .orElseThrow()
                        .to());
    }

    @Test
    void beforeAnythingIsSealedThereIsNothingToLookAt() {
        assertEquals(Optional.empty(), hour.run(Hour.BEGIN.plusSeconds(30)));
        assertTrue(hour.reports().isEmpty());
    }

    @Test
    void theSameHourGivesTheSameBytesInWhateverOrderItIsRead() {
        hour.unsealed("renewal 7").lost("query 1").findings();
        var other = new Hour().shuffled(7).unsealed("renewal 7").lost("query 1");
        other.findings();
        assertEquals(hour.reports().keySet(), other.reports().keySet());
        hour.reports()
                .forEach((to, report) -> assertArrayEquals(
                        report,
                        other.reports().get(to),
                        () -> to
                                + "\n" + new String(report, StandardCharsets.UTF_8)
                                + "\n" + new String(other.reports().get(to), StandardCharsets.UTF_8)));
    }

    @Test
    void noReportHoldsATextOfALine() {
        hour.unsealed("renewal 7").unlogged("renewal 8").lost("query 1").findings();
        for (var report : hour.reports().values()) {
            assertFalse(new String(report, StandardCharsets.UTF_8).contains("4111"));
        }
    }

    // ---- Lines

    @Test
    void aLineThatWasNeverSealedIsMissing() {
        assertOne(
                hour.unsealed("renewal 7"),
                Code.LINE_MISSING,
                "/logs/vault-server/server",
                "a log event of 2026-11-23T03:07:10Z is in no sealed record");
    }

    @Test
    void aSealedLineThatWasNeverLoggedIsUnknown() {
        assertOne(
                hour.unlogged("renewal 7"),
                Code.LINE_UNKNOWN,
                "/logs/vault-server/server",
                "a record of 2026-11-23T03:07:10Z is not in the log group");
    }

    @Test
    void aLineThatWasSealedTwiceIsUnknownTheSecondTime() {
        assertOne(
                hour.twiceSealed("renewal 7"),
                Code.LINE_UNKNOWN,
                "/logs/vault-server/server",
                "a record of 2026-11-23T03:07:10Z is not in the log group");
    }

    @Test
    void aReportFromTheFutureStopsTheRunsAloud() {
        hour.run(at(11));
        var refusal = assertThrows(IllegalStateException.class, () -> hour.run(at(3)));
        assertTrue(String.valueOf(refusal.getMessage()).contains("ends in the future"), refusal.getMessage());
    }

    @Test
    void aLineThatIsSealedThreeMinutesLateIsWaitedFor() {
        hour.sealedAfter("renewal 7", Duration.ofSeconds(160));
        hour.run(at(8));
        var waiting = hour.run(at(10)).orElseThrow();
        assertEquals(at(7), waiting.to(), "the minute of the line that may be on its way is not looked at");
        assertEquals(at(9), hour.run(at(11)).orElseThrow().to());
        assertEquals(List.of(), hour.findings(at(12)));
    }

    @Test
    void aLineThatIsSealedLaterThanFourTimesTheLagIsMissing() {
        assertOne(
                hour.sealedAfter("renewal 7", Duration.ofMinutes(9)),
                Code.LINE_MISSING,
                "/logs/vault-server/server",
                "a log event of 2026-11-23T03:07:10Z is in no sealed record");
    }

    @Test
    void aLineThatWasInventedAfterwardsIsUnknownAlthoughItsMinuteIsOver() {
        assertOne(
                hour.unlogged("renewal 7").sealedAfter("renewal 7", Duration.ofMinutes(25)),
                Code.LINE_UNKNOWN,
                "/logs/vault-server/server",
                "a record of 2026-11-23T03:07:10Z, sealed late, is not in the log group");
    }

    @Test
    void whenTheSealerStopsEveryLineIsMissingAndTheRunsGoOn() {
        hour.sealerStoppedAfter(Duration.ofMinutes(30));
        var findings = hour.findings();
        assertTrue(findings.stream().anyMatch(f -> f.code() == Code.LINE_MISSING));
        assertFollowing(Hour.BEGIN, Hour.BEGIN.plus(Duration.ofMinutes(54)));
    }

    @Test
    void aLogGroupThatCannotBeReadIsTold() {
        var codes = codes(hour.unreadable(Source.VAULT_SERVER).findings());
        assertEquals(Set.of(Code.LOG_GROUP_UNREADABLE), codes, "what was sealed of it is not called unknown");
    }

    // ---- Connections and requests

    @Test
    void aLineThatNeverReachedTheGroupIsAGapInItsConnection() {
        assertOne(
                hour.lost("query 1"),
                Code.LINE_GAP,
                "postgresql.json/" + Long.toHexString(at(5).getEpochSecond() + 1) + ".7001",
                "lines 3 to 3 of the connection are missing");
    }

    @Test
    void aConnectionThatBeginsWithoutItsFirstLineHasAGap() {
        assertOne(
                hour.lost("received 1"),
                Code.LINE_GAP,
                "postgresql.json/" + Long.toHexString(at(5).getEpochSecond() + 1) + ".7001",
                "lines 1 to 1 of the connection are missing");
    }

    @Test
    void aConnectionOfAnEndedSessionWithoutItsEndIsTold() {
        assertOne(
                hour.lost("gone 1"),
                Code.CONNECT_WITHOUT_DISCONNECT,
                "postgresql.json/" + Long.toHexString(at(5).getEpochSecond() + 1) + ".7001",
                "the session has ended, and the end of this connection is not in the log");
    }

    @Test
    void aConnectionThatEndsAndNeverBeganIsTold() {
        assertOne(
                hour.lost("maria 11 connect"),
                Code.DISCONNECT_WITHOUT_CONNECT,
                "audit/11",
                "a connection ends that never began");
    }

    @Test
    void aRequestWithoutItsResponseInOneDeviceIsTold() {
        assertOne(
                hour.lost("status 7 response second"),
                Code.REQUEST_WITHOUT_RESPONSE,
                "second/id of status 7",
                "no response within PT2M");
    }

    @Test
    void aResponseWithoutItsRequestIsTold() {
        assertOne(
                hour.lost("status 7 request main"),
                Code.RESPONSE_WITHOUT_REQUEST,
                "main/id of status 7",
                "the request is not in the log");
    }

    // ---- Sessions

    @ParameterizedTest
    @CsvSource({
        "create 1, account.create, create_role",
        "drop 1, account.delete, drop_role",
    })
    void aStepThatIsNotInTheDatabasesLogBreaksTheChain(String line, String what, String step) {
        assertChain(hour.changed(line, r -> Hour.as(r, "server.message", "success", "vault_admin")), step, 1);
        assertEquals(
                List.of(),
                new Hour()
                        .changed(line, r -> Hour.as(r, what, "success", "vault_admin"))
                        .findings());
    }

    @ParameterizedTest
    @CsvSource({"login 1, vault_login", "credentials 1, credentials_read"})
    void aStepThatIsNotInVaultsLogBreaksTheChain(String line, String step) {
        hour.changed(line + " response main", r -> Hour.at(r, "sys/other"));
        assertChain(hour.changed(line + " response second", r -> Hour.at(r, "sys/other")), step, 1);
    }

    @Test
    void theBrokersLoginIsNotTheAgents() {
        hour.changed("login 1 response main", r -> Hour.at(r, "auth/approle/login"));
        assertChain(hour.changed("login 1 response second", r -> Hour.at(r, "auth/approle/login")), "vault_login", 1);
    }

    @Test
    void oneOfTheTwoDevicesIsEnoughForAStep() {
        assertEquals(
                List.of(),
                hour.changed("login 1 response main", r -> Hour.at(r, "sys/other"))
                        .findings());
    }

    @Test
    void aSessionThatShouldHaveEndedAndDidNotIsBrokenAtItsEnding() {
        assertChain(hour.withoutEnding(1), "ending", 1);
    }

    @Test
    void aStatementOfASessionsOwnLoginIsNoStep() {
        var user = "dp_" + Hour.session(2).text();
        assertChain(hour.changed("drop 1", r -> Hour.as(r, "account.delete", "unknown", user)), "drop_role", 1);
    }

    @Test
    void aRoleThatTheDatabaseRefusedToMakeBreaksNoChain() {
        for (var device : List.of("main", "second")) {
            hour.changed("credentials 1 response " + device, r -> Hour.as(r, r.what(), "failure", r.user()));
        }
        for (var line : List.of("received 1", "authorized 1", "query 1", "another query 1", "gone 1", "drop 1")) {
            // Nobody ever logged in, so nothing of these happened.
            hour.changed(line, r -> Hour.at(Hour.as(r, "server.message", "unknown", "unknown"), "unknown"));
        }
        assertEquals(List.of(), hour.endedBecause(1, EndReason.VEND_FAILED).findings());
        var other = new Hour();
        for (var device : List.of("main", "second")) {
            other.changed("credentials 1 response " + device, r -> Hour.as(r, r.what(), "failure", r.user()));
        }
        assertChain(other, "credentials_read", 1);
    }

    @Test
    void aSessionWithoutAnIntentIsToldByEveryOneOfItsLines() {
        var findings = hour.withoutIntent(1).findings();
        assertEquals(
                Set.of(Code.LOGIN_WITHOUT_INTENT, Code.CREDENTIALS_WITHOUT_INTENT, Code.CHAIN_BROKEN), codes(findings));
        assertTrue(findings.stream().allMatch(f -> f.session().equals(Optional.of(Hour.session(1)))));
        assertTrue(findings.stream()
                .filter(f -> f.code() == Code.CHAIN_BROKEN)
                .allMatch(f -> f.object().equals("intent")));
    }

    @Test
    void anEndingWithoutAnIntentIsTold() {
        assertChain(hour.ending(9, 30), "intent", 9);
    }

    @ParameterizedTest
    @CsvSource({
        "query 1, login_without_intent, LOGIN_WITHOUT_INTENT",
        "credentials 1 response main, credentials_without_intent, CREDENTIALS_WITHOUT_INTENT"
    })
    void whatTheForwarderFoundIsHandedOn(String line, String finding, Code code) {
        var findings = hour.changed(line, r -> Hour.found(r, finding)).findings();
        assertEquals(Set.of(code), codes(findings));
        assertEquals(1, findings.size());
    }

    @Test
    void aLoginThatIsOnlyCalledLikeASessionsIsTold() {
        var findings = hour.changed("maria 11 connect", r -> Hour.as(r, "logon", "success", "dp_somebody"))
                .findings();
        assertEquals(Set.of(Code.LOGIN_WITHOUT_INTENT), codes(findings));
        // In the clean hour somebody tries such a name and is refused: anybody may.
    }

    // ---- Canaries

    @Test
    void aMarkThatIsNotInTheDatabasesLogIsMissing() {
        assertOne(
                hour.changed("mark 7", Hour::unmarked),
                Code.CANARY_MISSING,
                "orders",
                "the mark of 2026-11-23T03:07:10.009Z is in no database's log");
    }

    @Test
    void aMarkThatASessionPrintedProvesNothing() {
        assertOne(
                hour.changed(
                        "mark 7",
                        r -> Hour.as(
                                r,
                                r.what(),
                                r.outcome(),
                                "dp_" + Hour.session(1).text())),
                Code.CANARY_MISSING,
                "orders",
                "the mark of 2026-11-23T03:07:10.009Z is in no database's log");
    }

    @Test
    void aSweepThatSendsNoCanaryAnyMoreIsTold() {
        var findings = hour.lostFrom("canary", 30).findings();
        assertEquals(Set.of(Code.CANARY_MISSING), codes(findings));
        assertEquals("orders", findings.getFirst().object());
        assertEquals(
                "the sweep runs, and sent the last canary at 2026-11-23T03:29:10.009Z",
                findings.getFirst().detail());
    }

    @Test
    void aSweepThatNeverSentACanaryIsTold() {
        var findings = hour.lostFrom("canary", 0).findings();
        assertEquals(Set.of(Code.CANARY_MISSING), codes(findings));
        assertEquals("every database", findings.getFirst().object());
    }

    @Test
    void whenTheSweepItselfIsSilentItsOwnAlarmSpeaks() {
        hour.lostFrom("sweep", 30).lostFrom("canary", 30);
        assertEquals(List.of(), hour.findings());
    }

    // ---- Help

    private static Instant at(int minute) {
        return Hour.BEGIN.plus(Duration.ofMinutes(minute));
    }

    private static void assertOne(Hour hour, Code code, String object, String detail) {
        var findings = hour.findings();
        assertEquals(1, findings.size(), findings::toString);
        assertEquals(code, findings.getFirst().code());
        assertEquals(object, findings.getFirst().object());
        assertEquals(detail, findings.getFirst().detail());
    }

    private static void assertChain(Hour hour, String step, int session) {
        var findings = hour.findings();
        assertEquals(1, findings.size(), findings::toString);
        assertEquals(Code.CHAIN_BROKEN, findings.getFirst().code());
        assertEquals(step, findings.getFirst().object());
        assertEquals(Optional.of(Hour.session(session)), findings.getFirst().session());
    }

    private static Set<Code> codes(List<Finding> findings) {
        return findings.stream().map(Finding::code).collect(Collectors.toSet());
    }
}
