package dev.daypass.cli.audit;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.Source;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The objects that a query needs, as files in a folder with the record's layout. */
final class LocalObjects {
    /** Anything else is an extra object, which verify names and a query passes over. */
    private static final Pattern KNOWN =
            Pattern.compile("(intents|endings|reconciliations)/region=[a-z0-9-]{1,40}/accountId=[0-9]{12}"
                    + "/eventDay=[0-9]{8}/[0-9a-z]{1,26}\\.json"
                    + "|seals/source=[a-z-]{1,20}/region=[a-z0-9-]{1,40}/accountId=[0-9]{12}/[0-9]{12}\\.json");

    /** A session that runs when the period begins began before it. */
    private static final Duration SESSION = Duration.ofDays(1);

    private final StoredRecord record;
    private final Path folder;
    private final Progress progress;

    LocalObjects(StoredRecord record, Path folder, Progress progress) {
        this.record = record;
        this.folder = folder;
        this.progress = progress;
    }

    /** Fetches or links what the tables need; a kind of which there is nothing gets one empty file, so that a pattern of names finds it. */
    void gather(Set<RecordTable> tables, TimeRange range) throws Failure, IOException {
        empty();
        var finder = new RecordFinder(record);
        var places = finder.places();
        var wanted = new ArrayList<StoredObject>();
        var days = new TimeRange(range.from().minus(SESSION), range.to());
        if (tables.contains(RecordTable.SESSIONS)) {
            wanted.addAll(finder.days(places, Source.INTENTS, days));
            wanted.addAll(finder.days(places, Source.ENDINGS, days));
        }
        if (tables.contains(RecordTable.RECORDS)) {
            wanted.addAll(finder.events(places, range));
            wanted.addAll(finder.days(places, Source.RECONCILIATIONS, range));
        }
        if (tables.contains(RecordTable.SEALS)) {
            for (var place : places) {
                for (var source : Source.values()) {
                    record.objects(ObjectKey.seals(source, place), wanted::add);
                }
            }
        }
        Parallel.forEach(wanted, this::fetch);
        progress.done();
    }

    private void fetch(StoredObject object) throws Failure, IOException {
        boolean events = EventObject.parse(object.key()).isPresent();
        if (!events && !KNOWN.matcher(object.key()).matches()) {
            return;
        }
        Path file = folder.resolve(object.key());
        Files.createDirectories(file.getParent());
        if (record instanceof CopiedRecord copy) {
            Files.createSymbolicLink(file, copy.file(object).toRealPath());
        } else {
            try (var in = record.open(object)) {
                Files.copy(in, file);
            }
        }
        if (events) {
            complete(object, file);
        }
        progress.object(object.size());
    }

    /** DuckDB takes a frame that was cut for one that ended, without a word: each is read to its end here first. */
    private static void complete(StoredObject object, Path file) throws Failure {
        try (InputStream in = new ZstdInputStreamNoFinalizer(Files.newInputStream(file))) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw Failure.couldNot(Printable.of(object.key() + " cannot be read (" + e.getMessage()
                    + "). Was it altered? daypass audit verify tells"));
        }
    }

    private void empty() throws IOException {
        Files.createDirectories(folder.resolve("events"));
        Files.write(folder.resolve("events/none.ndjson.zst"), Zstd.compress(new byte[0]));
        for (var kind : List.of("intents", "endings", "reconciliations", "seals")) {
            Files.createDirectories(folder.resolve(kind));
            Files.createFile(folder.resolve(kind).resolve("none.json"));
        }
    }
}
