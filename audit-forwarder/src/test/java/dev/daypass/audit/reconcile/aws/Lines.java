package dev.daypass.audit.reconcile.aws;

import dev.daypass.audit.keys.LineDigest;
import dev.daypass.audit.line.LogEvent;
import dev.daypass.audit.ocsf.EventRecord;
import dev.daypass.audit.ocsf.OcsfWriter;
import dev.daypass.audit.parse.Parsers;
import dev.daypass.audit.reconcile.SealedRecord;
import dev.daypass.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Log events as the reconciler sees them after they were parsed, written and sealed. */
public final class Lines {
    private Lines() {}

    public static SealedRecord sealed(LogEvent event) {
        var activity = Parsers.of(event.source()).parse(event);
        var message = Sha256.of(event.text().getBytes(StandardCharsets.UTF_8));
        var writer = new OcsfWriter(1024);
        writer.write(new EventRecord(
                event,
                event.text(),
                activity,
                Map.of(),
                new LineDigest(message.bytes()),
                activity.session(),
                Optional.empty(),
                Optional.empty()));
        var line = new String(writer.buffer(), 0, writer.length(), StandardCharsets.UTF_8).stripTrailing();
        return RecordLine.parse(event.source(), line).orElseThrow();
    }
}
