package dev.daypass.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.cli.local.LocalDaypass;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.Source;
import dev.daypass.testbed.aws.RecordFunction;
import dev.daypass.testbed.aws.StackFunction;
import dev.daypass.testbed.aws.StackMember;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Against the endpoint, with the deployed roles' own credentials; the table of {@code iac/proof} has the whole of it, offline. */
@ExtendWith(RunningRecord.class)
@DisplayName("11. No role used by agents, functions or operators can change or delete a sealed object before its date")
class NoRoleCanChangeASealedObjectIT {
    private final LocalDaypass daypass;

    NoRoleCanChangeASealedObjectIT(LocalDaypass daypass) {
        this.daypass = daypass;
    }

    @Test
    void everyChangeOfASealedObjectIsRefusedToEveryRole() throws Exception {
        var sealed = sealed();
        var allowed = new ArrayList<String>();
        int tried = 0;
        for (var who : everybody().entrySet()) {
            for (var object : sealed.entrySet()) {
                for (var change : changes(object.getKey(), object.getValue()).entrySet()) {
                    try {
                        change.getValue().accept(who.getValue());
                        allowed.add(who.getKey() + " may " + change.getKey() + " " + object.getKey());
                    } catch (S3Exception e) {
                        assertTrue(List.of(403, 412).contains(e.statusCode()), change.getKey() + ": " + e);
                    }
                    tried++;
                }
            }
        }
        assertEquals(List.of(), allowed);
        assertTrue(tried > 150, tried + " changes");
        for (var object : sealed.entrySet()) {
            assertEquals(
                    object.getValue(), daypass.evidenceVersion(object.getKey()), "there is one version, as before");
        }
    }

    @Test
    void theForwarderMayWriteWhatIsItsOwnAndNothingElse() {
        var forwarder = daypass.s3As(RecordFunction.POSTGRESQL_FORWARDER);
        var place = daypass.record().place();
        refused(() -> put(forwarder, "intents/forged.json"));
        refused(() ->
                put(forwarder, ObjectKey.seal(Source.POSTGRESQL, place, 900_000).text()));
        refused(() -> put(forwarder, "reconciliations/forged.json"));
        refused(() -> put(forwarder, "elsewhere"));
        refused(() -> put(daypass.s3As(RecordFunction.SEAL), "events/forged.ndjson.zst"));
        refused(() -> put(daypass.s3As(StackFunction.VEND), "events/forged.ndjson.zst"));
    }

    @Test
    void anAuditorReadsVersionsAndWritesNothing() throws Exception {
        Recorded.session(daypass, sql -> sql.executeQuery("SELECT 1"));
        var copied = daypass.record()
                .auditor()
                .run(
                        "sql",
                        "SELECT count(*) AS n FROM statements",
                        "--bucket",
                        daypass.evidenceBucket(),
                        "--format",
                        "csv");
        assertEquals(0, copied.code(), copied.err());
        assertTrue(Integer.parseInt(copied.out().lines().toList().get(1)) > 0, copied.out());
    }

    /** One object of each kind, with its version. */
    private Map<String, String> sealed() throws Exception {
        Recorded.session(daypass, sql -> sql.executeQuery("SELECT 1"));
        daypass.record().sealNow();
        var place = daypass.record().place();
        var sealed = new TreeMap<String, String>();
        for (var prefix : List.of(
                ObjectKey.objects(Source.POSTGRESQL, place),
                ObjectKey.objects(Source.INTENTS, place),
                ObjectKey.objects(Source.ENDINGS, place),
                ObjectKey.seals(Source.POSTGRESQL, place))) {
            String key = daypass.evidenceKeys().stream()
                    .filter(k -> k.startsWith(prefix))
                    .findFirst()
                    .orElseThrow();
            sealed.put(key, daypass.evidenceVersion(key));
        }
        return sealed;
    }

    private Map<String, S3Client> everybody() {
        var everybody = new TreeMap<String, S3Client>();
        for (StackMember function : daypass.stack().functions()) {
            everybody.put(daypass.stack().roleName(function), daypass.s3As(function));
        }
        everybody.put("the administrator", daypass.administratorS3());
        return everybody;
    }

    private Map<String, Consumer<S3Client>> changes(String key, String version) {
        String bucket = daypass.evidenceBucket();
        Instant soon = Instant.now().plus(1, ChronoUnit.MINUTES);
        var changes = new TreeMap<String, Consumer<S3Client>>();
        changes.put("overwrite", s3 -> s3.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromString("x")));
        changes.put("create again", s3 -> put(s3, key));
        changes.put("delete", s3 -> s3.deleteObject(r -> r.bucket(bucket).key(key)));
        changes.put(
                "delete the version of",
                s3 -> s3.deleteObject(r -> r.bucket(bucket).key(key).versionId(version)));
        changes.put(
                "bypass the lock of",
                s3 -> s3.deleteObject(
                        r -> r.bucket(bucket).key(key).versionId(version).bypassGovernanceRetention(true)));
        changes.put(
                "shorten the lock of",
                s3 -> s3.putObjectRetention(r -> r.bucket(bucket)
                        .key(key)
                        .versionId(version)
                        .retention(
                                t -> t.mode(ObjectLockRetentionMode.COMPLIANCE).retainUntilDate(soon))));
        changes.put(
                "weaken the lock of",
                s3 -> s3.putObjectRetention(r -> r.bucket(bucket)
                        .key(key)
                        .versionId(version)
                        .retention(
                                t -> t.mode(ObjectLockRetentionMode.GOVERNANCE).retainUntilDate(soon))));
        return changes;
    }

    private void put(S3Client s3, String key) {
        s3.putObject(
                r -> r.bucket(daypass.evidenceBucket()).key(key).ifNoneMatch("*"), RequestBody.fromString("forged"));
    }

    private static void refused(Runnable call) {
        assertEquals(403, assertThrows(S3Exception.class, call::run).statusCode());
    }
}
