package dev.daypass.functions.aws;

import java.util.Optional;

/** What AWS knows us by. A class and not a record, since records print their components. */
public final class AwsCredentials {
    private final String accessKeyId;
    private final String secretAccessKey;
    private final Optional<String> sessionToken;

    /** @throws IllegalArgumentException if the key or its secret is empty */
    public AwsCredentials(String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {
        if (accessKeyId.isEmpty() || secretAccessKey.isEmpty()) {
            throw new IllegalArgumentException("AWS credentials need an access key id and a secret access key");
        }
        this.accessKeyId = accessKeyId;
        this.secretAccessKey = secretAccessKey;
        this.sessionToken = sessionToken;
    }

    /** Not secret by itself. */
    public String accessKeyId() {
        return accessKeyId;
    }

    String revealSecretAccessKey() {
        return secretAccessKey;
    }

    Optional<String> revealSessionToken() {
        return sessionToken;
    }

    @Override
    public String toString() {
        return "AwsCredentials[" + accessKeyId + ", redacted]";
    }
}
