package dev.daypass.cli.audit;

import dev.daypass.cli.console.Failure;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;

/** A compiled configuration in the bucket of the record, where the functions read it. */
public final class ConfigurationObject {
    private ConfigurationObject() {}

    /**
     * Puts it, create-only. The key is the digest of the bytes, and the functions check it: what is there already can only be the
     * same, or is refused by them.
     *
     * @return whether it was not there before
     */
    public static boolean put(AwsOptions options, String bucket, byte[] bytes) throws Failure {
        return Aws.working(() -> {
            try (var aws = Aws.open(options)) {
                return aws.create(
                        bucket, ObjectKey.configuration(Sha256.of(bytes)).text(), bytes);
            }
        });
    }
}
