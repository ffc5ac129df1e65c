package dev.daypass.cli.audit;

import dev.daypass.cli.console.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The bucket itself, read by versions: a reader has no right to read anything else. */
final class BucketRecord implements StoredRecord {
    private final Aws aws;
    private final BucketVersions versions;

    /** Closes {@code aws} when it is closed. */
    BucketRecord(Aws aws, String bucket) {
        this.aws = aws;
        this.versions = aws.bucket(bucket);
    }

    @Override
    public List<String> folders(String prefix) {
        return versions.folders(prefix);
    }

    @Override
    public void objects(String prefix, Visitor visitor) throws Failure, IOException {
        versions.forEachKey(prefix, key -> {
            var earliest = key.earliest();
            if (earliest.isPresent()) {
                visitor.visit(new StoredObject(
                        key.key(), earliest.get().versionId(), earliest.get().size()));
            }
        });
    }

    @Override
    public InputStream open(StoredObject object) {
        return versions.open(object.key(), object.versionId());
    }

    @Override
    public void close() {
        aws.close();
    }
}
