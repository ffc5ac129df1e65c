package dev.daypass.functions.wiring;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.settings.EnvironmentReader;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A function's environment, parsed once and all at once. The broker's secret is named here and kept in a parameter store.
 *
 * @param table the DynamoDB table
 * @param evidenceBucket the locked bucket
 * @param configuration the digest of the compiled configuration in force
 * @param place region and account, for the evidence's keys
 * @param vaultAddress Vault's base address, without a slash at its end
 * @param vaultSource the local address to speak to Vault from, where the machine has several
 * @param vaultCa PEM of the authority that signed Vault's certificate, where the JDK does not know it
 * @param resource this API's own base URL, as callers know it
 * @param environment the whole of it, for the AWS adapters: it holds the function's own credentials
 */
public record Settings(
        String table,
        String evidenceBucket,
        Sha256 configuration,
        ObjectKey.Place place,
        URI vaultAddress,
        Optional<InetAddress> vaultSource,
        Optional<String> vaultCa,
        String resource,
        Map<String, String> environment) {

    private static final String BASE_URL =
            "an https address without a slash at its end (http for a loopback host only)";
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}");

    /**
     * What only the functions that end sessions are told.
     *
     * @param roleId the broker's AppRole role id
     * @param secretParameter the name of the SecureString that holds its secret id
     */
    public record BrokerSettings(String roleId, String secretParameter) {}

    /**
     * For the function that vends.
     *
     * @throws IllegalStateException naming every variable that is missing or malformed, with the form expected
     */
    static Vend forVend(Map<String, String> environment) {
        var reader = new EnvironmentReader(environment);
        var settings = parse(reader);
        var function = reader.required("DAYPASS_SESSIONS_FUNCTION", "the name of the function that ends sessions");
        reader.refuseIfFaulty();
        return new Vend(settings.get(), function.orElseThrow());
    }

    /**
     * For the functions that end sessions.
     *
     * @throws IllegalStateException naming every variable that is missing or malformed, with the form expected
     */
    static End forEnd(Map<String, String> environment) {
        var reader = new EnvironmentReader(environment);
        var settings = parse(reader);
        var roleId = reader.required("DAYPASS_BROKER_ROLE_ID", "the role id of auth/approle/role/broker");
        var parameter = reader.required(
                "DAYPASS_BROKER_SECRET_PARAMETER", "the name of the SSM SecureString with the broker's secret id");
        reader.refuseIfFaulty();
        return new End(settings.get(), new BrokerSettings(roleId.orElseThrow(), parameter.orElseThrow()));
    }

    /** What the vend is told. */
    record Vend(Settings settings, String sessionsFunction) {}

    /** What the functions that end sessions are told. */
    record End(Settings settings, BrokerSettings broker) {}

    /** Reads what every function is told; the result is there once the reader has refused nothing. */
    private static Supplier<Settings> parse(EnvironmentReader reader) {
        var table = reader.required("DAYPASS_TABLE", "the name of the DynamoDB table");
        var bucket = reader.required("DAYPASS_EVIDENCE_BUCKET", "the name of the locked bucket");
        var configuration = reader.required("DAYPASS_CONFIGURATION", "sha256: and 64 hex digits", Sha256::parse);
        var account = reader.required(
                "DAYPASS_ACCOUNT_ID", "12 digits", t -> t.matches("[0-9]{12}") ? Optional.of(t) : Optional.empty());
        var region = reader.required("AWS_REGION", "an AWS region, such as eu-central-1");
        var address = reader.required("DAYPASS_VAULT_ADDRESS", BASE_URL, Settings::baseUrl);
        var source = reader.optional("DAYPASS_VAULT_SOURCE_ADDRESS", "an IP address", Settings::address);
        var ca = reader.optional(
                "DAYPASS_VAULT_CA",
                "PEM text",
                t -> t.startsWith("-----BEGIN CERTIFICATE-----") ? Optional.of(t) : Optional.empty());
        var resource = reader.required("DAYPASS_RESOURCE", BASE_URL, Settings::baseUrl);
        return () -> new Settings(
                table.orElseThrow(),
                bucket.orElseThrow(),
                configuration.orElseThrow(),
                new ObjectKey.Place(region.orElseThrow(), account.orElseThrow()),
                address.orElseThrow(),
                source,
                ca,
                resource.orElseThrow().toString(),
                reader.environment());
    }

    /** The environment holds the function's AWS credentials, so nothing of it is shown. */
    @Override
    public String toString() {
        return "Settings[" + table + ", " + evidenceBucket + ", " + configuration + ", " + vaultAddress + "]";
    }

    private static Optional<URI> baseUrl(String text) {
        try {
            var uri = URI.create(text);
            String host = uri.getHost();
            if (host == null || text.endsWith("/") || uri.getRawQuery() != null || uri.getRawUserInfo() != null) {
                return Optional.empty();
            }
            // By its digits: 127.example.com is somebody's name.
            boolean loopback = host.equals("localhost")
                    || host.equals("[::1]")
                    || LOOPBACK.matcher(host).matches();
            boolean good = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme()) && loopback;
            return good ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<InetAddress> address(String text) {
        // A name would be looked up: only the digits and colons of an address are taken.
        if (!text.matches("[0-9a-fA-F:.]+")) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
