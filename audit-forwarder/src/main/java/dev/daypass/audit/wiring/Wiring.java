package dev.daypass.audit.wiring;

import dev.daypass.audit.forward.Forwarder;
import dev.daypass.audit.join.RememberedSessions;
import dev.daypass.audit.join.StoredSessions;
import dev.daypass.audit.keys.RecordKey;
import dev.daypass.audit.parse.Parsers;
import dev.daypass.audit.reconcile.Reconciler;
import dev.daypass.audit.reconcile.aws.CloudWatchLogGroups;
import dev.daypass.audit.reconcile.aws.S3Reports;
import dev.daypass.audit.reconcile.aws.S3SealedRecords;
import dev.daypass.audit.redact.Redactor;
import dev.daypass.audit.seal.KmsSigner;
import dev.daypass.audit.seal.S3RecordListing;
import dev.daypass.audit.seal.Sealer;
import dev.daypass.audit.store.S3LockedStore;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import dev.daypass.settings.EnvironmentReader;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Each function from its environment, which is parsed once and refused as a whole. */
public final class Wiring {
    private Wiring() {}

    /**
     * What forwards a source.
     *
     * @throws IllegalStateException naming every variable that is missing or malformed, with the form expected
     */
    public static Forwarder forwarder(Source source, Map<String, String> environment) {
        var reader = new EnvironmentReader(environment);
        var bucket = bucket(reader);
        var account = account(reader);
        var region = region(reader);
        var parameter = recordKeyParameter(reader);
        reader.refuseIfFaulty();

        var aws = new Aws(region.orElseThrow(), reader.environment());
        var place = new Place(region.orElseThrow(), account.orElseThrow());
        var store = new S3LockedStore(aws.s3(), bucket.orElseThrow());
        var key = recordKey(aws, parameter.orElseThrow());
        return new Forwarder(
                source,
                place,
                Parsers.of(source),
                new Redactor(key.pan()),
                key,
                new RememberedSessions(new StoredSessions(store, place)),
                store,
                version());
    }

    /** What the scheduled function that seals works with. */
    public record Sealing(Sealer sealer, List<Source> sources) {}

    /**
     * What seals.
     *
     * @throws IllegalStateException naming every variable that is missing or malformed, with the form expected
     */
    public static Sealing sealing(Map<String, String> environment) {
        var reader = new EnvironmentReader(environment);
        var bucket = bucket(reader);
        var account = account(reader);
        var region = region(reader);
        var key = reader.required("DAYPASS_SEAL_KEY", "the ARN of the KMS key that signs");
        var headBucket = reader.required("DAYPASS_HEAD_BUCKET", "the name of the heads' bucket");
        var sources = reader.required("DAYPASS_SOURCES", "names of sources, with commas between them", Wiring::sources);
        reader.refuseIfFaulty();

        var aws = new Aws(region.orElseThrow(), reader.environment());
        var s3 = aws.s3();
        var signer = new KmsSigner(aws.kms(), key.orElseThrow());
        return new Sealing(
                new Sealer(
                        new Place(region.orElseThrow(), account.orElseThrow()),
                        new S3LockedStore(s3, bucket.orElseThrow()),
                        new S3RecordListing(s3, bucket.orElseThrow()),
                        new S3LockedStore(s3, headBucket.orElseThrow()),
                        signer,
                        signer.publicKeys(),
                        Clock.systemUTC()),
                sources.orElseThrow());
    }

    /**
     * What asks whether the record is complete.
     *
     * @throws IllegalStateException naming every variable that is missing or malformed, with the form expected
     */
    public static Reconciler reconciling(Map<String, String> environment) {
        var reader = new EnvironmentReader(environment);
        var bucket = bucket(reader);
        var account = account(reader);
        var region = region(reader);
        var parameter = recordKeyParameter(reader);
        var sources = reader.required("DAYPASS_SOURCES", "names of sources, with commas between them", Wiring::sources);
        var groups = reader.required(
                "DAYPASS_LOG_GROUPS",
                ReconcileSettings.LOG_GROUPS_FORM,
                text -> ReconcileSettings.logGroups(text, sources.orElse(List.of())));
        reader.refuseIfFaulty();

        var aws = new Aws(region.orElseThrow(), reader.environment());
        var place = new Place(region.orElseThrow(), account.orElseThrow());
        var s3 = aws.s3();
        var store = new S3LockedStore(s3, bucket.orElseThrow());
        var key = recordKey(aws, parameter.orElseThrow());
        return new Reconciler(
                new Reconciler.Ports(
                        new CloudWatchLogGroups(aws.logs()),
                        new S3SealedRecords(s3, bucket.orElseThrow(), store, place),
                        new S3Reports(s3, bucket.orElseThrow(), store, place),
                        text -> key.message(text).sha256()),
                groups.orElseThrow(),
                Clock.systemUTC());
    }

    private static Optional<List<Source>> sources(String text) {
        var sources = Arrays.stream(text.split(",", -1)).map(Source::parse).toList();
        return sources.stream().allMatch(Optional::isPresent)
                ? Optional.of(sources.stream().map(Optional::orElseThrow).toList())
                : Optional.empty();
    }

    private static Optional<String> bucket(EnvironmentReader reader) {
        return reader.required("DAYPASS_EVIDENCE_BUCKET", "the name of the locked bucket");
    }

    private static Optional<String> account(EnvironmentReader reader) {
        return reader.required(
                "DAYPASS_ACCOUNT_ID", "12 digits", t -> t.matches("[0-9]{12}") ? Optional.of(t) : Optional.empty());
    }

    private static Optional<String> region(EnvironmentReader reader) {
        return reader.required("AWS_REGION", "an AWS region, such as eu-central-1");
    }

    private static Optional<String> recordKeyParameter(EnvironmentReader reader) {
        return reader.required(
                "DAYPASS_RECORD_KEY_PARAMETER", "the name of the SSM SecureString with the record's key");
    }

    private static RecordKey recordKey(Aws aws, String parameter) {
        try (var ssm = aws.ssm()) {
            String text = ssm.getParameter(get -> get.name(parameter).withDecryption(true))
                    .parameter()
                    .value();
            return RecordKey.parse(text)
                    .orElseThrow(() -> new IllegalStateException(
                            "the parameter " + parameter + " is not Base64 of at least 32 bytes"));
        }
    }

    private static String version() {
        return Optional.ofNullable(Wiring.class.getPackage().getImplementationVersion())
                .orElse("unreleased");
    }
}
