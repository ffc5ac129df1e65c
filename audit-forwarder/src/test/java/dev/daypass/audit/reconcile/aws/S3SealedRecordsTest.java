package dev.daypass.audit.reconcile.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import dev.daypass.audit.reconcile.SealedRecord;
import dev.daypass.audit.reconcile.SealedRecords.SealedEnding;
import dev.daypass.audit.reconcile.SealedRecords.SealedIntent;
import dev.daypass.audit.seal.Envelope;
import dev.daypass.audit.seal.LocalSigner;
import dev.daypass.audit.seal.Seal;
import dev.daypass.audit.seal.Seal.SealedObject;
import dev.daypass.audit.seal.Seal.Times;
import dev.daypass.audit.seal.Seal.Totals;
import dev.daypass.audit.seal.SealJson;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import dev.daypass.session.EndReason;
import dev.daypass.session.SessionId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class S3SealedRecordsTest {
    private static final Place PLACE = new Place("eu-central-1", "111122223333");
    private static final Instant FROM = Instant.parse("2026-11-23T03:00:00Z");
    private static final SessionId SESSION = new SessionId("01k00000000000000000000ab1");
    private static final LocalSigner SIGNER = LocalSigner.generate();

    private final OneBucket bucket = new OneBucket();
    private final S3SealedRecords sealed = new S3SealedRecords(bucket, OneBucket.NAME, bucket, PLACE);

    private void seal(Source source, long number) {
        seal(
                number,
                new Seal(
                        source,
                        PLACE,
                        number,
                        Seal.NONE,
                        FROM.plusSeconds(60 * (number - 1)),
                        FROM.plusSeconds(60 * number),
                        List.of(),
                        List.of(),
                        Totals.ZERO));
    }

    private void seal(long number, Seal seal) {
        bucket.objects.put(
                ObjectKey.seal(Source.POSTGRESQL, PLACE, number).text(), Envelope.sign(SealJson.write(seal), SIGNER));
    }

    private SealedObject put(String key, byte[] bytes) {
        bucket.objects.put(key, bytes);
        return new SealedObject(
                key,
                OneBucket.version(key),
                Sha256.of(bytes),
                bytes.length,
                1,
                0,
                0,
                Optional.of(new Times(FROM, FROM)));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<Long> numbersAfter(long number, Instant until) {
        return sealed.sealsAfter(Source.POSTGRESQL, number, until).stream()
                .map(Seal::number)
                .toList();
    }

    @Test
    void sealsAreReadInTheirOrderUntilTheFirstThatBeginsAfterwards() {
        for (long n = 1; n <= 12; n++) {
            seal(Source.POSTGRESQL, n);
        }
        assertEquals(List.of(8L, 9L, 10L, 11L, 12L), numbersAfter(7, Instant.MAX));
        assertEquals(List.of(1L), numbersAfter(0, Instant.EPOCH));
        assertEquals(List.of(2L, 3L, 4L), numbersAfter(1, FROM.plusSeconds(180)));
        assertEquals(List.of(), numbersAfter(12, Instant.MAX));
        assertEquals(List.of(), sealed.sealsAfter(Source.MARIADB, 0, Instant.MAX));
    }

    @Test
    void aSealUnderAnothersKeyStopsTheRun() {
        seal(
                1,
                new Seal(
                        Source.MARIADB,
                        PLACE,
                        1,
                        Seal.NONE,
                        FROM,
                        FROM.plusSeconds(60),
                        List.of(),
                        List.of(),
                        Totals.ZERO));
        var e = assertThrows(IllegalStateException.class, () -> numbersAfter(0, Instant.MAX));
        assertTrue(String.valueOf(e.getMessage()).contains("it is seal 1 of mariadb"), e::toString);
    }

    @Test
    void theRecordsOfAnObjectAreReadInTheirOrder() {
        String line =
                "{\"raw_data\":\"x\",\"daypass\":{\"position\":{\"logGroup\":\"g\",\"logStream\":\"%d\",\"time\":5},"
                        + "\"message\":\"" + "0".repeat(64) + "\"}}\n";
        var object = put(
                "events/a",
                Zstd.compress(utf8(line.formatted(1) + line.formatted(2) + "no record\n" + line.formatted(3))));
        assertEquals(List.of("1", "2", "3"), streams(object));
    }

    @Test
    void anObjectThatIsNotTheSealedOneIsAsIfItWereNotThere() {
        var object = put("events/a", Zstd.compress(utf8("{}")));
        bucket.objects.put("events/a", Zstd.compress(utf8("{} ")));
        assertEquals(List.of(), streams(object));
    }

    private List<String> streams(SealedObject object) {
        var records = new ArrayList<SealedRecord>();
        sealed.read(Source.POSTGRESQL, object, records::add);
        return records.stream().map(r -> r.position().logStream()).toList();
    }

    @Test
    void intentsAndEndingsAreReadAsTheFunctionsWriteThem() {
        String intent = "{\"format\":\"daypass-intent/1\",\"session\":\"" + SESSION
                + "\",\"createdAt\":\"2026-11-23T03:00:00Z\",\"ttl\":\"PT10M\",\"window\":\"2026-11-23T04:00:00Z\"}";
        var expected = Optional.of(new SealedIntent(SESSION, FROM, FROM.plusSeconds(3600)));
        assertEquals(expected, sealed.intent(put("intents/x.json", utf8(intent))));
        bucket.objects.put(ObjectKey.intent(PLACE, SESSION).text(), utf8(intent));
        assertEquals(expected, sealed.intentOf(SESSION));
        assertEquals(Optional.empty(), sealed.intentOf(new SessionId("01k00000000000000000000ab2")));
        assertEquals(
                Optional.of(new SealedEnding(SESSION, EndReason.EXPIRED, FROM)),
                sealed.ending(put(
                        "endings/x.json",
                        utf8("{\"format\":\"daypass-ending/1\",\"session\":\"" + SESSION
                                + "\",\"reason\":\"expired\",\"verifiedAt\":\"2026-11-23T03:00:00Z\"}"))));
        assertEquals(Optional.empty(), sealed.ending(put("endings/y.json", utf8("{\"session\":\"" + SESSION + "\"}"))));
    }
}
