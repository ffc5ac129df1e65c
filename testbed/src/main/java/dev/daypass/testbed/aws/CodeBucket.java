package dev.daypass.testbed.aws;

import dev.daypass.digest.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.zip.ZipFile;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * Where CloudFormation and Lambda fetch what a stack is made of.
 *
 * @param name the bucket's
 */
record CodeBucket(AwsEndpoint endpoint, String name) {
    static CodeBucket make(AwsEndpoint endpoint, StackTemplate.StackName stack) {
        var name = stack.text().toLowerCase(Locale.ROOT) + "-code";
        endpoint.administrator()
                .s3()
                .createBucket(b -> b.bucket(name)
                        .createBucketConfiguration(
                                c -> c.locationConstraint(endpoint.region().id())));
        return new CodeBucket(endpoint, name);
    }

    /**
     * Uploads an archive of functions.
     *
     * @throws IOException if it cannot be read, or has no bootstrap of its own
     */
    Code upload(Path archive) throws IOException {
        try (var zip = new ZipFile(archive.toFile())) {
            if (zip.getEntry("bootstrap") == null) {
                throw new IOException(archive + " holds no bootstrap: it is not an archive of Daypass's functions");
            }
        }
        byte[] bytes = Files.readAllBytes(archive);
        var digest = Sha256.of(bytes);
        var file = String.valueOf(archive.getFileName()).replace(".zip", "");
        var key = file + "-" + digest.hex().substring(0, 16) + ".zip";
        endpoint.administrator().s3().putObject(o -> o.bucket(name).key(key), RequestBody.fromBytes(bytes));
        return new Code(key, digest);
    }

    /** An archive that was uploaded. */
    record Code(String key, Sha256 digest) {
        /** As Lambda names it. */
        String base64() {
            return Base64.getEncoder().encodeToString(digest.bytes());
        }
    }
}
