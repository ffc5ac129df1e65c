package dev.daypass.cli.local;

import dev.daypass.deployer.rollout.DatabaseLogins;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.grants.ConfigurationWriter;
import dev.daypass.grants.Documents;
import dev.daypass.grants.OwnerStatements;
import dev.daypass.session.SessionId;
import dev.daypass.testbed.Cache;
import dev.daypass.testbed.CardPaymentSchema;
import dev.daypass.testbed.DevIdp;
import dev.daypass.testbed.OpenBaoPeer;
import dev.daypass.testbed.PostgresPeer;
import dev.daypass.testbed.Progress;
import dev.daypass.testbed.Reaper;
import dev.daypass.testbed.aws.AwsEndpoint;
import dev.daypass.testbed.aws.DeployedStack;
import dev.daypass.testbed.aws.LambdaHost;
import dev.daypass.testbed.aws.StackFunction;
import dev.daypass.testbed.aws.StackMember;
import dev.daypass.testbed.aws.StackSettings;
import dev.daypass.vaultpolicies.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Daypass on this machine, with nothing of it pretended: OpenBao, PostgreSQL, an endpoint with S3 Object Lock, DynamoDB, Lambda
 * and IAM, and a development identity provider, told about each other by the same files and calls that set up a production
 * installation. Thread-safe once started.
 */
public final class LocalDaypass implements AutoCloseable {
    /** From where the functions speak to OpenBao; agents and tests come from 127.0.0.1. */
    static final String BROKER_ADDRESS = "127.0.0.2";

    private static final String SECRET_PARAMETER = "/daypass/broker/secret-id";

    private final Reaper reaper;
    private final Path directory;
    private final DevIdp idp;
    private final PostgresPeer postgres;
    private final OpenBaoPeer vault;
    private final AwsEndpoint aws;
    private final DeployedStack stack;
    private final Optional<LocalRecord> record;

    private LocalDaypass(
            Reaper reaper,
            Path directory,
            DevIdp idp,
            PostgresPeer postgres,
            OpenBaoPeer vault,
            AwsEndpoint aws,
            DeployedStack stack,
            Optional<LocalRecord> record) {
        this.reaper = reaper;
        this.directory = directory;
        this.idp = idp;
        this.postgres = postgres;
        this.vault = vault;
        this.aws = aws;
        this.stack = stack;
        this.record = record;
    }

    /**
     * Starts everything but what writes the record, and returns when the API answers. What was started before a failure is
     * stopped.
     */
    public static LocalDaypass start(Progress progress) throws IOException, InterruptedException, SQLException {
        return start(progress, false);
    }

    /** As {@link #start(Progress)}, with the peers' logs shipped, forwarded, sealed and reconciled. */
    public static LocalDaypass startWithRecord(Progress progress)
            throws IOException, InterruptedException, SQLException {
        return start(progress, true);
    }

    private static LocalDaypass start(Progress progress, boolean recorded)
            throws IOException, InterruptedException, SQLException {
        var reaper = Reaper.open();
        boolean started = false;
        try {
            var daypass = start(reaper, progress, recorded);
            started = true;
            return daypass;
        } finally {
            if (!started) {
                reaper.close();
            }
        }
    }

    private static LocalDaypass start(Reaper reaper, Progress progress, boolean recorded)
            throws IOException, InterruptedException, SQLException {
        Path root = SourceTree.root();
        var cache = Cache.ofUser(System.getenv());
        var directory = reaper.directory("local");

        progress.say("starting a development identity provider");
        var idp = DevIdp.start(Clock.systemUTC());
        var postgres = PostgresPeer.start(cache, reaper, progress);
        var vault = OpenBaoPeer.start(cache, reaper, progress);
        var aws = AwsEndpoint.start(reaper, cache, directory.resolve("aws"), progress);

        progress.say("seeding a small card-payment schema with fake data");
        CardPaymentSchema.seed(postgres);
        var documents = Documents.read(
                root.resolve("grants/demo"),
                Map.of(
                        "devIssuer", idp.issuer(),
                        "devJwksUri", idp.jwksUri().toString(),
                        "ordersHost", postgres.host(),
                        "ordersPort", Integer.toString(postgres.port()),
                        "ordersDatabase", CardPaymentSchema.DATABASE));
        var administrator = postgres.prepareForVault(CardPaymentSchema.DATABASE);
        var deployers = prepareForDeployer(postgres, documents);

        progress.say("applying the grants to PostgreSQL and OpenBao");
        var broker = VaultSetup.apply(vault, documents, deployers, administrator, BROKER_ADDRESS, progress);

        progress.say("deploying iac/daypass.yaml with the functions' archive");
        byte[] configuration = ConfigurationWriter.bytes(documents);
        var settings = new StackSettings(
                "daypass",
                root.resolve("iac/daypass.yaml"),
                SourceTree.archive(root),
                Path.of(System.getProperty("java.home")),
                ConfigurationWriter.digest(documents),
                new StackSettings.Vault(vault.address(), Optional.of(BROKER_ADDRESS), Optional.empty()),
                new StackSettings.Broker(broker.roleId(), SECRET_PARAMETER),
                List.of("arn:aws:iam::" + AwsEndpoint.ACCOUNT_ID + ":role/agent-*"),
                Map.of(),
                Optional.empty());
        var stack = DeployedStack.deploy(
                aws,
                recorded
                        ? settings.with(new StackSettings.Recording(
                                SourceTree.forwarderArchive(root),
                                root.resolve("iac/head.yaml"),
                                LocalRecord.LOG_GROUPS))
                        : settings);
        stack.putBrokerSecret(broker.secretId().reveal());
        stack.putConfiguration(configuration);
        Optional<LocalRecord> record = Optional.empty();
        if (recorded) {
            progress.say("shipping the peers' logs to the forwarders");
            record = Optional.of(LocalRecord.start(aws, stack, postgres, vault, directory.resolve("record")));
        }
        progress.say("Daypass answers at " + stack.apiUrl());
        return new LocalDaypass(reaper, directory, idp, postgres, vault, aws, stack, record);
    }

    /** What the owner of a database runs once; from then on the deployer, who is no superuser, applies grants. */
    private static DatabaseLogins prepareForDeployer(PostgresPeer postgres, Documents documents) throws SQLException {
        var logins = new DatabaseLogins(Optional.empty());
        for (var database : documents.databases().values()) {
            try (var owner = postgres.ownerConnection(database.database().database());
                    var statement = owner.createStatement()) {
                for (var sql : OwnerStatements.of(database).database()) {
                    statement.execute(sql);
                }
                statement.execute("GRANT " + CardPaymentSchema.OWNER + " TO " + database.deployer());
                // A pristine server lets everybody into these; a session has no business there, and plan says so.
                statement.execute("REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC");
            }
            var login = postgres.login(database.deployer());
            logins.add(
                    database.name(), login.user(), new Secret(login.password().reveal()));
        }
        return logins;
    }

    /** The HTTP API's base address. */
    public URI api() {
        return stack.apiUrl();
    }

    public DevIdp idp() {
        return idp;
    }

    public PostgresPeer postgres() {
        return postgres;
    }

    public OpenBaoPeer vault() {
        return vault;
    }

    public DeployedStack stack() {
        return stack;
    }

    /** What writes the record. @throws IllegalStateException if this installation was started without it */
    public LocalRecord record() {
        return record.orElseThrow(() -> new IllegalStateException("this installation has no record"));
    }

    Reaper reaper() {
        return reaper;
    }

    Path directory() {
        return directory;
    }

    /** A folder that is removed with the installation. */
    public Path workingDirectory(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }

    /** The functions' archive, unpacked once. */
    synchronized Path taskRoot() throws IOException {
        var unpacked = directory.resolve("archive");
        return Files.exists(unpacked) ? unpacked : LambdaHost.explode(SourceTree.archive(SourceTree.root()), unpacked);
    }

    AwsEndpoint aws() {
        return aws;
    }

    /** A fresh token of an agent that the demo's grants entitle. */
    public String token() {
        return tokenOf("agent:support-bot");
    }

    /** A fresh token of this agent. */
    public String tokenOf(String agent) {
        return idp.token(agent, Map.of());
    }

    /** The account's administrator, who is no part of Daypass. */
    public S3Client administratorS3() {
        return aws.administrator().s3();
    }

    /** Who may call the operators' route. */
    public AwsCredentials administratorCredentials() {
        return aws.administrator().credentials().resolveCredentials();
    }

    /** The region that signatures name. */
    public String region() {
        return aws.region().id();
    }

    /** S3 with the credentials of a function's role. */
    public S3Client s3As(StackMember function) {
        return aws.clients(stack.credentials(function)).s3();
    }

    public String evidenceBucket() {
        return stack.bucket();
    }

    /** @param kind {@code intents} or {@code endings} */
    public String evidenceKey(String kind, String session) {
        var id = new SessionId(session);
        var place = new ObjectKey.Place(aws.region().id(), AwsEndpoint.ACCOUNT_ID);
        return (kind.equals("intents") ? ObjectKey.intent(place, id) : ObjectKey.ending(place, id)).text();
    }

    /** An intent's or ending's lock, type and time, without its bytes. */
    public HeadObjectResponse evidenceHead(String kind, String session) {
        String key = evidenceKey(kind, session);
        String version = evidenceVersion(key);
        return administratorS3()
                .headObject(r -> r.bucket(evidenceBucket()).key(key).versionId(version));
    }

    /** The bytes of an intent or an ending. */
    public byte[] evidence(String kind, String session) {
        return evidence(evidenceKey(kind, session));
    }

    /** The bytes of an object of the evidence; the bucket's policy lets nobody but the functions read without a version. */
    public byte[] evidence(String key) {
        String version = evidenceVersion(key);
        return administratorS3()
                .getObjectAsBytes(r -> r.bucket(evidenceBucket()).key(key).versionId(version))
                .asByteArray();
    }

    /** The only version of an object of the evidence. */
    public String evidenceVersion(String key) {
        var versions =
                administratorS3()
                        .listObjectVersions(r -> r.bucket(evidenceBucket()).prefix(key))
                        .versions()
                        .stream()
                        .filter(v -> v.key().equals(key))
                        .toList();
        if (versions.size() != 1) {
            throw new IllegalStateException(key + " has " + versions.size() + " versions");
        }
        return versions.getFirst().versionId();
    }

    /** All keys of the evidence. */
    public List<String> evidenceKeys() {
        return administratorS3().listObjectsV2Paginator(r -> r.bucket(evidenceBucket())).contents().stream()
                .map(o -> o.key())
                .toList();
    }

    /** Everything that the functions printed. */
    public String functionLog() throws IOException {
        var text = new StringBuilder();
        for (var function : StackFunction.values()) {
            Path log = stack.log(function);
            if (Files.exists(log)) {
                text.append(Files.readString(log));
            }
        }
        return text.toString();
    }

    /** What OpenBao's audit devices have written, one after the other. */
    public String vaultAudit() throws IOException {
        var text = new StringBuilder();
        for (var file : vault.auditFiles()) {
            text.append(Files.readString(file));
        }
        return text.toString();
    }

    /** What PostgreSQL has logged. */
    public String databaseLog() throws IOException {
        return Files.readString(postgres.log());
    }

    /** Every session in state, with its status. */
    public Map<String, String> sessions() {
        var sessions = new TreeMap<String, String>();
        for (var item : aws.administrator()
                .dynamoDb()
                .scanPaginator(r -> r.tableName(stack.table()).consistentRead(true))
                .items()) {
            if (item.containsKey("session") && item.containsKey("status")) {
                sessions.put(item.get("session").s(), item.get("status").s());
            }
        }
        return sessions;
    }

    /** Every item of the state table, as text. */
    public String state() {
        var text = new StringBuilder();
        aws.administrator()
                .dynamoDb()
                .scanPaginator(r -> r.tableName(stack.table()))
                .items()
                .forEach(item -> text.append(item).append('\n'));
        return text.toString();
    }

    /** Runs the sweep at once, beside its schedule; a run that leaves something undone ends in an error, which is ignored here. */
    public void sweepNow() {
        try {
            stack.invoke(StackFunction.SWEEP, "{}");
        } catch (IllegalStateException e) {
            // It says so itself, in its log and by its alarm; whoever called wants to look at the outcome.
        }
    }

    @Override
    public void close() {
        record.ifPresent(LocalRecord::close);
        try (reaper;
                idp;
                aws) {
            // The last named is closed first, and the reaper whatever became of the others.
        }
    }
}
