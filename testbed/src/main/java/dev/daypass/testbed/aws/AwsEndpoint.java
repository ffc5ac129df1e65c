package dev.daypass.testbed.aws;

import dev.daypass.testbed.Cache;
import dev.daypass.testbed.ManagedProcess;
import dev.daypass.testbed.Progress;
import dev.daypass.testbed.Reaper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;

/**
 * AWS's APIs on this machine: MiniStack, which checks signatures and evaluates policies. It listens on 127.0.0.1 only. Its
 * state is in memory and gone when it stops; so are the processes of the functions, which are its children.
 *
 * <p>The one key that acts as the account's root is made at the start, used to make an administrator, and forgotten. What is
 * under test gets the credentials of a role ({@link #assumeRole}), never the administrator's. Thread-safe.
 */
public final class AwsEndpoint implements AutoCloseable {
    /** AWS's own account for examples. */
    public static final String ACCOUNT_ID = "111122223333";

    private static final Region REGION = Region.EU_CENTRAL_1;
    private static final String ADMINISTRATOR = "testbed";
    private static final Duration READY = Duration.ofSeconds(30);

    private final URI uri;
    private final ManagedProcess process;
    private final Path functionLogs;
    private final AwsClients administrator;

    private AwsEndpoint(URI uri, ManagedProcess process, Path functionLogs, AwsClients administrator) {
        this.uri = uri;
        this.process = process;
        this.functionLogs = functionLogs;
        this.administrator = administrator;
    }

    /**
     * Starts it and returns when it answers: in about a second, once it is installed.
     *
     * @param directory where it keeps its log, the functions' logs and their unpacked code; made if it is not there
     */
    public static AwsEndpoint start(Reaper reaper, Cache cache, Path directory, Progress progress)
            throws IOException, InterruptedException {
        var python = MiniStack.python(cache, progress);
        var home = Files.createDirectories(directory.toAbsolutePath());
        var functionLogs = Files.createDirectories(home.resolve("functions"));
        var script = Files.write(home.resolve("aws_endpoint.py"), Resources.bytes("aws_endpoint.py"));
        var rootKey = randomKey();
        var rootKeyFile = home.resolve("root-key");
        Files.deleteIfExists(rootKeyFile);
        Files.createFile(
                rootKeyFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(rootKeyFile, rootKey.accessKeyId());

        int port = freePort();
        var uri = URI.create("http://127.0.0.1:" + port);
        var process = reaper.start(
                "aws",
                List.of(python.toString(), script.toString()),
                Map.ofEntries(
                        Map.entry("PATH", "/usr/local/bin:/usr/bin:/bin"),
                        Map.entry("HOME", home.toString()),
                        Map.entry("TMPDIR", home.toString()),
                        Map.entry("PYTHONUNBUFFERED", "1"),
                        Map.entry("GATEWAY_PORT", Integer.toString(port)),
                        Map.entry("BIND_HOST", "127.0.0.1"),
                        Map.entry("MINISTACK_HOST", "127.0.0.1"),
                        Map.entry("MINISTACK_ACCOUNT_ID", ACCOUNT_ID),
                        Map.entry("MINISTACK_REGION", REGION.id()),
                        Map.entry("AUTH", "true"),
                        // both would listen on ports of their own
                        Map.entry("IOT_MTLS_ENABLED", "0"),
                        Map.entry("SFTP_ENABLED", "0"),
                        Map.entry("ROOT_KEY_FILE", rootKeyFile.toString()),
                        Map.entry("FUNCTION_LOG_DIRECTORY", functionLogs.toString())),
                home,
                home.resolve("aws.log"));
        try {
            awaitReady(uri, process);
            var administrator =
                    new AwsClients(uri, REGION, StaticCredentialsProvider.create(makeAdministrator(uri, rootKey)));
            return new AwsEndpoint(uri, process, functionLogs, administrator);
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.stop();
            throw e;
        }
    }

    /** Where it listens. */
    public URI uri() {
        return uri;
    }

    /** Its only region. */
    public Region region() {
        return REGION;
    }

    /** What it printed. */
    public Path log() {
        return process.log();
    }

    /** What a function printed, in all its environments; the file is there once the function has started. */
    public Path functionLog(String functionName) {
        return functionLogs.resolve(functionName + ".log");
    }

    /** The clients of the administrator, for what a test or the demo sets up. */
    public AwsClients administrator() {
        return administrator;
    }

    /** The administrator's own name. */
    public String administratorArn() {
        return "arn:aws:iam::" + ACCOUNT_ID + ":user/" + ADMINISTRATOR;
    }

    /** Clients that sign with other credentials. The caller closes them. */
    public AwsClients clients(AwsCredentials credentials) {
        return new AwsClients(uri, REGION, StaticCredentialsProvider.create(credentials));
    }

    /**
     * Credentials of a role's session, so that a test can do what a function may do, and no more. The role's trust policy is
     * widened to the administrator for that; its permissions are not touched.
     */
    public AwsSessionCredentials assumeRole(String roleName) {
        administrator
                .iam()
                .updateAssumeRolePolicy(
                        role -> role.roleName(roleName).policyDocument("""
                        {"Version": "2012-10-17", "Statement": [
                          {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
                          {"Effect": "Allow", "Principal": {"AWS": "%s"}, "Action": "sts:AssumeRole"}]}""".formatted(administratorArn())));
        var session = administrator
                .sts()
                .assumeRole(role -> role.roleArn("arn:aws:iam::" + ACCOUNT_ID + ":role/" + roleName)
                        .roleSessionName("testbed"))
                .credentials();
        return AwsSessionCredentials.create(session.accessKeyId(), session.secretAccessKey(), session.sessionToken());
    }

    /** Stops it, and with it the functions' processes; everything in it is lost. */
    public void stop() {
        administrator.close();
        process.stop();
    }

    /** As {@link #stop}. */
    @Override
    public void close() {
        stop();
    }

    private static AwsCredentials makeAdministrator(URI uri, AwsCredentials rootKey) {
        try (var root = new AwsClients(uri, REGION, StaticCredentialsProvider.create(rootKey))) {
            IamClient iam = root.iam();
            iam.createUser(user -> user.userName(ADMINISTRATOR));
            iam.attachUserPolicy(
                    user -> user.userName(ADMINISTRATOR).policyArn("arn:aws:iam::aws:policy/AdministratorAccess"));
            var key = iam.createAccessKey(user -> user.userName(ADMINISTRATOR)).accessKey();
            return AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey());
        }
    }

    private static void awaitReady(URI uri, ManagedProcess process) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri.resolve("/_ministack/health"))
                .timeout(Duration.ofSeconds(2))
                .build();
        long deadline = System.nanoTime() + READY.toNanos();
        try (var http = HttpClient.newHttpClient()) {
            while (System.nanoTime() - deadline < 0) {
                if (!process.isAlive()) {
                    throw new IOException(
                            "the local AWS endpoint did not start:" + System.lineSeparator() + process.lastWords());
                }
                try {
                    if (http.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                        return;
                    }
                } catch (IOException e) {
                    // it does not listen yet
                }
                Thread.sleep(50);
            }
        }
        throw new IOException("the local AWS endpoint did not answer within " + READY.toSeconds() + " s:"
                + System.lineSeparator() + process.lastWords());
    }

    private static AwsCredentials randomKey() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String text = HexFormat.of().formatHex(random).toUpperCase(Locale.ROOT);
        // the secret is not checked for this one key: whoever knows its id is root
        return AwsBasicCredentials.create("AKIAROOT" + text, text);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return socket.getLocalPort();
        }
    }
}
