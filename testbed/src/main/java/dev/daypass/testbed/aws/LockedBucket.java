package dev.daypass.testbed.aws;

import java.util.List;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.DefaultRetention;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** What the templates say of both buckets, the evidence's and the heads', and the endpoint's CloudFormation leaves out. */
final class LockedBucket {
    /** {@code AllowShortRetentionForDemo} */
    private static final int RETENTION_DAYS = 1;

    private LockedBucket() {}

    static void makeGood(AwsEndpoint endpoint, String bucket) {
        var s3 = endpoint.administrator().s3();
        s3.putBucketVersioning(
                b -> b.bucket(bucket).versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
        s3.putObjectLockConfiguration(b -> b.bucket(bucket)
                .objectLockConfiguration(l -> l.objectLockEnabled(ObjectLockEnabled.ENABLED)
                        .rule(r -> r.defaultRetention(
                                d -> d.mode(ObjectLockRetentionMode.COMPLIANCE).days(RETENTION_DAYS)))));
    }

    static void expectAsWritten(List<String> wrong, AwsEndpoint endpoint, String bucket) {
        var s3 = endpoint.administrator().s3();
        DeployedStack.expect(
                wrong,
                "versioning of " + bucket,
                BucketVersioningStatus.ENABLED,
                s3.getBucketVersioning(b -> b.bucket(bucket)).status());
        DeployedStack.expect(
                wrong,
                "default retention of " + bucket,
                DefaultRetention.builder()
                        .mode(ObjectLockRetentionMode.COMPLIANCE)
                        .days(RETENTION_DAYS)
                        .build(),
                s3.getObjectLockConfiguration(b -> b.bucket(bucket))
                        .objectLockConfiguration()
                        .rule()
                        .defaultRetention());
        DeployedStack.expect(
                wrong,
                "encryption of " + bucket,
                ServerSideEncryption.AES256,
                s3.getBucketEncryption(b -> b.bucket(bucket))
                        .serverSideEncryptionConfiguration()
                        .rules()
                        .getFirst()
                        .applyServerSideEncryptionByDefault()
                        .sseAlgorithm());
        var access = s3.getPublicAccessBlock(b -> b.bucket(bucket)).publicAccessBlockConfiguration();
        DeployedStack.expect(
                wrong,
                "public access block of " + bucket,
                List.of(true, true, true, true),
                List.of(
                        access.blockPublicAcls(),
                        access.blockPublicPolicy(),
                        access.ignorePublicAcls(),
                        access.restrictPublicBuckets()));
        DeployedStack.expect(
                wrong,
                "a policy of create-only writes on " + bucket,
                true,
                s3.getBucketPolicy(b -> b.bucket(bucket)).policy().contains("s3:if-none-match"));
    }
}
