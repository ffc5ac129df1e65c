package dev.daypass.cli.local;

import dev.daypass.testbed.FaultProxy;
import dev.daypass.testbed.aws.LambdaHost;
import dev.daypass.testbed.aws.RecordFunction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;

/**
 * PostgreSQL's forwarder once more: the deployed archive, with the deployed environment and credentials of its own role, in an
 * environment of its own whose wire to the locked store can be broken, and which can be killed.
 */
public final class FaultyForwarder implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final LambdaHost host;
    private final FaultProxy evidence;

    private FaultyForwarder(LambdaHost host, FaultProxy evidence) {
        this.host = host;
        this.evidence = evidence;
    }

    /** Starts it. */
    public static FaultyForwarder start(LocalDaypass daypass) throws IOException {
        var uri = daypass.aws().uri();
        var aws = new InetSocketAddress(uri.getHost(), uri.getPort());
        var evidence = FaultProxy.before(aws, Optional.empty());
        var environment = new TreeMap<>(daypass.stack().environment(RecordFunction.POSTGRESQL_FORWARDER));
        environment.put("AWS_ENDPOINT_URL_S3", evidence.httpAddress());
        var place = daypass.reaper().directory("forwarder");
        var host = LambdaHost.start(
                daypass.reaper(),
                new LambdaHost.Options(
                        LambdaHost.explode(SourceTree.forwarderArchive(SourceTree.root()), place.resolve("archive")),
                        daypass.stack().handler(RecordFunction.POSTGRESQL_FORWARDER),
                        environment,
                        place.resolve("forwarder.log"),
                        false));
        return new FaultyForwarder(host, evidence);
    }

    /** The wire to the locked store. */
    public FaultProxy evidence() {
        return evidence;
    }

    /** Delivers an event, once; Lambda's own retries are not here. */
    public LambdaHost.Outcome deliver(String event) throws InterruptedException {
        return host.invoke(event, PATIENCE);
    }

    /** Ends the process as a crash would. */
    public void kill() {
        host.kill();
    }

    /** Starts it anew after {@link #kill}. */
    public void restart() throws IOException {
        host.restart();
    }

    @Override
    public void close() throws IOException {
        host.close();
        evidence.close();
    }
}
