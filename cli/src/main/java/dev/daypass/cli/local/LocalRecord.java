package dev.daypass.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.evidence.Source;
import dev.daypass.testbed.LogShipper;
import dev.daypass.testbed.LogShipper.Framing;
import dev.daypass.testbed.LogShipper.Route;
import dev.daypass.testbed.OpenBaoPeer;
import dev.daypass.testbed.PostgresPeer;
import dev.daypass.testbed.aws.AwsClients;
import dev.daypass.testbed.aws.AwsEndpoint;
import dev.daypass.testbed.aws.DeployedStack;
import dev.daypass.testbed.aws.RecordFunction;
import dev.daypass.testbed.aws.StackFunction;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * The record of a local installation: what ships the peers' logs into log groups, and what an auditor does with the bucket. The
 * forwarders, the sealer and the reconciler are the stack's own functions. Thread-safe once started.
 */
public final class LocalRecord implements AutoCloseable {
    /** The log groups that the stack subscribes to, besides those of its own functions. */
    static final Map<Source, String> LOG_GROUPS = Map.of(
            Source.POSTGRESQL, "/local/postgresql",
            Source.VAULT_AUDIT, "/local/vault/audit",
            Source.VAULT_SERVER, "/local/vault/server",
            Source.MARIADB, "/local/mariadb");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PAUSE = Duration.ofMillis(300);

    private final AwsEndpoint aws;
    private final DeployedStack stack;
    private final LogShipper shipper;
    private final Program program;
    private final Path administratorCredentials;
    private final Auditor auditor;

    private LocalRecord(AwsEndpoint aws, DeployedStack stack, LogShipper shipper, Path directory) throws IOException {
        this.aws = aws;
        this.stack = stack;
        this.shipper = shipper;
        this.program = new Program(aws, directory);
        var keys = aws.administrator().credentials().resolveCredentials();
        this.administratorCredentials =
                program.credentials("administrator", keys.accessKeyId(), keys.secretAccessKey());
        this.auditor = Auditor.make(program, stack);
    }

    /** Begins to ship what the peers write. */
    static LocalRecord start(
            AwsEndpoint aws, DeployedStack stack, PostgresPeer postgres, OpenBaoPeer vault, Path directory)
            throws IOException {
        var routes = new ArrayList<Route>();
        routes.add(route(postgres.log(), Source.POSTGRESQL, "server"));
        for (var file : vault.auditFiles()) {
            routes.add(route(file, Source.VAULT_AUDIT, "device-" + routes.size()));
        }
        routes.add(route(vault.log(), Source.VAULT_SERVER, "server"));
        for (var function : StackFunction.values()) {
            routes.add(stack.route(function));
        }
        return new LocalRecord(aws, stack, LogShipper.start(aws.administrator().logs(), routes), directory);
    }

    private static Route route(Path file, Source source, String stream) {
        return new Route(file, group(source), stream, Framing.LINE);
    }

    /** The log group of a source that is none of Daypass's own. */
    public static String group(Source source) {
        return java.util.Objects.requireNonNull(LOG_GROUPS.get(source), source::code);
    }

    /** Ships one more file. */
    public void ship(Path file, Source source, String stream) {
        shipper.add(route(file, source, stream));
    }

    /** What ships the files. */
    public LogShipper shipper() {
        return shipper;
    }

    /** What an auditor may do here, and how. */
    public Auditor auditor() {
        return auditor;
    }

    /**
     * Returns when every line that the peers have written so far is in the record.
     *
     * @return until when that is
     * @throws TimeoutException naming what is missing
     */
    public Instant awaitRecorded(Duration limit) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + limit.toNanos();
        shipper.awaitShipped(limit);
        Instant now = Instant.now();
        while (true) {
            var missing = missing(now);
            if (missing.isEmpty()) {
                return now;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException("not in the record after " + limit.toSeconds() + " s: " + missing);
            }
            Thread.sleep(PAUSE);
        }
    }

    /** How many log events of each source are in their groups and not in the record, of those up to this time. */
    private Map<Source, String> missing(Instant until) {
        var missing = new EnumMap<Source, String>(Source.class);
        for (var entry : groups().entrySet()) {
            long logged = 0;
            for (var group : entry.getValue()) {
                logged += aws
                        .administrator()
                        .logs()
                        .filterLogEventsPaginator(r -> r.logGroupName(group).endTime(until.toEpochMilli()))
                        .events()
                        .stream()
                        .count();
            }
            long recorded = records(entry.getKey()).stream()
                    .filter(r -> r.at("/daypass/position/time").asLong() <= until.toEpochMilli())
                    .count();
            if (recorded < logged) {
                missing.put(entry.getKey(), recorded + " of " + logged);
            }
        }
        return missing;
    }

    private Map<Source, List<String>> groups() {
        var groups = new EnumMap<Source, List<String>>(Source.class);
        LOG_GROUPS.forEach((source, group) -> groups.put(source, List.of(group)));
        groups.put(
                Source.DAYPASS,
                List.of(StackFunction.values()).stream().map(stack::logGroup).toList());
        return groups;
    }

    /** Every record of a source, in the order of their objects and lines. */
    public List<JsonNode> records(Source source) {
        var records = new ArrayList<JsonNode>();
        objects(source).forEach((key, bytes) -> records.addAll(lines(bytes)));
        return records;
    }

    /** Every object of a source, by its key. */
    public Map<String, byte[]> objects(Source source) {
        return objectsUnder(ObjectKey.objects(source, place()));
    }

    /** Every object whose key begins so, by its key. */
    public Map<String, byte[]> objectsUnder(String prefix) {
        var s3 = s3();
        var objects = new TreeMap<String, byte[]>();
        for (var version : s3.listObjectVersionsPaginator(
                        r -> r.bucket(stack.bucket()).prefix(prefix))
                .versions()) {
            objects.put(
                    version.key(),
                    s3.getObjectAsBytes(r ->
                                    r.bucket(stack.bucket()).key(version.key()).versionId(version.versionId()))
                            .asByteArray());
        }
        return objects;
    }

    /** The records of one event object. */
    public static List<JsonNode> lines(byte[] object) {
        var lines = new ArrayList<JsonNode>();
        try (var in = new BufferedReader(new InputStreamReader(
                new ZstdInputStream(new java.io.ByteArrayInputStream(object)), StandardCharsets.UTF_8))) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(JSON.readTree(line));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return lines;
    }

    /** Runs the sealer at once, beside its schedule. */
    public void sealNow() throws InterruptedException {
        runAlone(RecordFunction.SEAL, "{}");
    }

    /** Runs the reconciler at once, over what is older than this time: for when that is known to be sealed, or never to be. */
    public void reconcile(Instant until) throws InterruptedException {
        runAlone(RecordFunction.RECONCILE, "{\"lag\":\"" + Duration.between(until, Instant.now()) + "\"}");
    }

    /** Only one of these runs at a time; where the schedule was first, this one comes after it. */
    private void runAlone(RecordFunction function, String event) throws InterruptedException {
        for (int attempt = 0; ; attempt++) {
            try {
                stack.invoke(function, event);
                return;
            } catch (software.amazon.awssdk.services.lambda.model.TooManyRequestsException e) {
                if (attempt == 100) {
                    throw e;
                }
                Thread.sleep(PAUSE);
            }
        }
    }

    /** The installation's region and account. */
    public Place place() {
        return new Place(aws.region().id(), AwsEndpoint.ACCOUNT_ID);
    }

    private S3Client s3() {
        return aws.administrator().s3();
    }

    /** The account's administrator, who is no part of Daypass. */
    public AwsClients administrator() {
        return aws.administrator();
    }

    /** Runs {@code daypass audit} with these arguments as the administrator. */
    public Run runAsAdministrator(String... arguments) throws IOException, InterruptedException {
        return program.run(administratorCredentials, arguments);
    }

    /** How many payloads are in the dead-letter queue. */
    public long deadLetters() {
        return Long.parseLong(aws.administrator()
                .sqs()
                .getQueueAttributes(q -> q.queueUrl(stack.deadLetters().toString())
                        .attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                .attributes()
                .getOrDefault(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "0"));
    }

    @Override
    public void close() {
        shipper.close();
    }

    /** The {@code daypass audit} commands as a program of its own, against the local endpoint. */
    private record Program(AwsEndpoint aws, Path directory) {
        Map<String, String> environment(Path credentials) {
            return Map.of(
                    "AWS_SHARED_CREDENTIALS_FILE", credentials.toString(),
                    "AWS_REGION", aws.region().id(),
                    "AWS_ENDPOINT_URL", aws.uri().toString());
        }

        Run run(Path credentials, String... arguments) throws IOException, InterruptedException {
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-jar",
                    SourceTree.root().resolve("cli/target/daypass.jar").toString(),
                    "audit"));
            command.addAll(List.of(arguments));
            var out = Files.createTempFile(directory, "audit", ".out");
            var err = Files.createTempFile(directory, "audit", ".err");
            var builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().putAll(environment(credentials));
            int code = builder.start().waitFor();
            return new Run(code, Files.readString(out), Files.readString(err));
        }

        /** A file as the AWS tools read it, for its owner only: the keys are in no environment and no argument. */
        Path credentials(String name, String accessKeyId, String secretAccessKey) throws IOException {
            var file = Files.createFile(
                    Files.createDirectories(directory).resolve(name + "-credentials"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(
                    file,
                    "[default]\naws_access_key_id = " + accessKeyId + "\naws_secret_access_key = " + secretAccessKey
                            + "\n");
        }
    }

    /** Somebody with the stack's policy for auditors, and the {@code daypass} command. */
    public static final class Auditor {
        private static final String NAME = "auditor";

        private final Program program;
        private final DeployedStack stack;
        private final Path credentials;

        private Auditor(Program program, DeployedStack stack, Path credentials) {
            this.program = program;
            this.stack = stack;
            this.credentials = credentials;
        }

        private static Auditor make(Program program, DeployedStack stack) throws IOException {
            var iam = program.aws().administrator().iam();
            iam.createUser(user -> user.userName(NAME));
            iam.attachUserPolicy(user -> user.userName(NAME).policyArn(stack.auditorPolicyArn()));
            iam.putUserPolicy(
                    user -> user.userName(NAME).policyName("heads").policyDocument("""
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:ListBucket","s3:ListBucketVersions","s3:GetObject","s3:GetObjectVersion"],\
                    "Resource":["arn:aws:s3:::%1$s","arn:aws:s3:::%1$s/*"]}]}""".formatted(stack.headBucket())));
            var key = iam.createAccessKey(user -> user.userName(NAME)).accessKey();
            return new Auditor(program, stack, program.credentials(NAME, key.accessKeyId(), key.secretAccessKey()));
        }

        /** What a shell needs so that the AWS tools and {@code daypass audit} are the auditor's; it holds no secret. */
        public Map<String, String> environment() {
            return program.environment(credentials);
        }

        /** Runs {@code daypass audit} with these arguments. */
        public Run run(String... arguments) throws IOException, InterruptedException {
            return program.run(credentials, arguments);
        }

        /** A copy of the bucket and of the newest heads, with the public key beside it. */
        public Copy copy(Path folder) throws IOException, InterruptedException {
            var copied = run(
                    "copy",
                    "--bucket",
                    stack.bucket(),
                    "--heads-bucket",
                    stack.headBucket(),
                    "--to",
                    folder.toString());
            var key = run("key", "--key-id", stack.sealKeyArn());
            if (copied.code() != 0 || key.code() != 0) {
                throw new IOException("the bucket could not be copied: " + copied.err() + key.err());
            }
            var publicKey = folder.resolveSibling(folder.getFileName() + ".pem");
            Files.writeString(publicKey, key.out());
            return new Copy(folder, publicKey, folder.resolveSibling(folder.getFileName() + ".heads.ndjson"));
        }

        /** Checks a copy. */
        public Run verify(Copy copy, String... more) throws IOException, InterruptedException {
            var arguments = new ArrayList<>(List.of(
                    "verify",
                    "--copy",
                    copy.folder().toString(),
                    "--public-key",
                    copy.publicKey().toString(),
                    "--head",
                    copy.heads().toString(),
                    // The local bucket locks for a day.
                    "--least-retention",
                    "1"));
            arguments.addAll(List.of(more));
            return run(arguments.toArray(String[]::new));
        }
    }

    /** What a program printed, and how it ended. */
    public record Run(int code, String out, String err) {}

    /** A copy of the bucket. */
    public record Copy(Path folder, Path publicKey, Path heads) {}
}
