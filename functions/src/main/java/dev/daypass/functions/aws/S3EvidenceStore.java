package dev.daypass.functions.aws;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.functions.aws.Attempts.Verdict;
import dev.daypass.functions.aws.SignedRequests.Unsigned;
import dev.daypass.functions.evidence.EvidenceStore;
import dev.daypass.functions.net.HttpReply;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** {@link EvidenceStore} in an S3 bucket with Object Lock. Safe for threads. */
public final class S3EvidenceStore implements EvidenceStore {
    private static final int MAX_ERROR_BYTES = 64 * 1024;
    private static final int MAX_CONFIGURATION_BYTES = 1024 * 1024;
    private static final String CHECKSUM = "x-amz-checksum-sha256";
    // The codes that an operator can act on (S3 API Reference, "Error responses"). A peer's other words are not
    // repeated.
    private static final List<String> KNOWN_CODES = List.of(
            "AccessDenied",
            "SignatureDoesNotMatch",
            "InvalidAccessKeyId",
            "ExpiredToken",
            "InvalidToken",
            "RequestTimeTooSkewed",
            "NoSuchBucket",
            "NoSuchKey",
            "PermanentRedirect",
            "BadDigest",
            "XAmzContentChecksumMismatch",
            "XAmzContentSHA256Mismatch",
            "InvalidRequest");

    private final SignedRequests requests;
    private final Options options;

    public S3EvidenceStore(SignedRequests requests, Options options) {
        this.requests = requests;
        this.options = options;
    }

    /**
     * @param bucket the locked bucket's name, without dots
     * @param attempts at most so many for one object
     * @param firstPause before the second; doubled for each further one
     * @param timeout of each attempt
     */
    public record Options(String bucket, int attempts, Duration firstPause, Duration timeout) {
        public Options {
            boolean good = bucket.length() >= 3
                    && bucket.length() <= 63
                    && bucket.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-');
            if (!good) {
                throw new IllegalArgumentException(
                        "not a usable bucket name: expected 3 to 63 of a-z, 0-9 and hyphens; dots break its certificate");
            }
        }

        /** Three attempts of two seconds each. */
        public static Options of(String bucket) {
            return new Options(bucket, 3, Duration.ofMillis(50), Duration.ofSeconds(2));
        }

        private Attempts.Options attemptOptions() {
            return new Attempts.Options(attempts, firstPause, timeout, true);
        }
    }

    @Override
    public Put create(ObjectKey key, byte[] body) throws PeerException {
        String checksum = Base64.getEncoder().encodeToString(Sha256.of(body).bytes());
        return create(key, body, checksum);
    }

    /** @param checksum base64 of the SHA-256 that S3 is to compare with; apart, so that a test can give a wrong one */
    Put create(ObjectKey key, byte[] body, String checksum) throws PeerException {
        var put = new Unsigned(
                "PUT",
                address(key),
                Map.of("Content-Type", "application/json", "If-None-Match", "*", CHECKSUM, checksum),
                body);
        String what = "writing " + key + " into " + options.bucket();
        var attempts = new Attempts(Peer.EVIDENCE, what, options.attemptOptions());
        var reply = attempts.answer(
                timeout -> requests.send(AwsService.S3, put, timeout, MAX_ERROR_BYTES), S3EvidenceStore::judge);
        if (reply.status() == 200) {
            var stored = reply.header(CHECKSUM);
            if (stored.isPresent() && !stored.get().equals(checksum)) {
                throw new PeerException(
                        Peer.EVIDENCE, Outcome.UNKNOWN, what + ": S3 says that it stored other bytes than were sent");
            }
            return Put.CREATED;
        }
        if (reply.status() == 412) {
            return attempts.mayBeDoneAlready() ? Put.CREATED : Put.ALREADY_THERE;
        }
        throw refused(what, "s3:PutObject", reply);
    }

    @Override
    public byte[] configuration(Sha256 digest) throws PeerException {
        var key = ObjectKey.configuration(digest);
        var get = new Unsigned("GET", address(key), Map.of(), new byte[0]);
        String what = "reading " + key + " from " + options.bucket();
        var attempts = new Attempts(Peer.EVIDENCE, what, options.attemptOptions());
        var reply = attempts.answer(
                timeout -> requests.send(AwsService.S3, get, timeout, MAX_CONFIGURATION_BYTES), S3EvidenceStore::judge);
        if (reply.status() != 200) {
            throw refused(what, "s3:GetObject", reply);
        }
        var found = Sha256.of(reply.body());
        if (!found.matches(digest)) {
            throw new PeerException(
                    Peer.EVIDENCE,
                    Outcome.REFUSED,
                    what + ": its bytes have the digest " + found + "; deploy it again");
        }
        return reply.body();
    }

    private URI address(ObjectKey key) {
        var path =
                new StringBuilder(requests.endpoints().bucket(options.bucket()).toString());
        for (var part : key.text().split("/", -1)) {
            path.append('/').append(encoded(part));
        }
        return URI.create(path.toString());
    }

    /** As the signature's canonical form wants it: everything but RFC 3986's unreserved characters is encoded. */
    private static String encoded(String part) {
        var out = new StringBuilder(part.length() + 16);
        for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean unreserved = c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '-'
                    || c == '.'
                    || c == '_'
                    || c == '~';
            if (unreserved) {
                out.append(c);
            } else {
                out.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return out.toString();
    }

    private static Verdict judge(HttpReply reply) {
        return switch (reply.status()) {
            // Two writers at once, and neither has won yet; or too many requests. Neither was carried out.
            case 409, 429 -> Verdict.AGAIN;
            default -> reply.status() >= 500 ? Verdict.PERHAPS_AGAIN : Verdict.ANSWER;
        };
    }

    private static PeerException refused(String what, String action, HttpReply reply) {
        var body = new String(reply.body(), StandardCharsets.UTF_8);
        String code = KNOWN_CODES.stream()
                .filter(known -> body.contains("<Code>" + known + "</Code>"))
                .findFirst()
                .orElse("another code");
        return new PeerException(
                Peer.EVIDENCE,
                Outcome.REFUSED,
                what + ": S3 refused " + action + " with " + reply.status() + ", " + code);
    }
}
