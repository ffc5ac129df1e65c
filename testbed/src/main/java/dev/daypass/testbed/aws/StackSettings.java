package dev.daypass.testbed.aws;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Source;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a stack is deployed with.
 *
 * @param name the stack's name: letters, digits and hyphens
 * @param template {@code iac/daypass.yaml}
 * @param archive {@code functions/target/daypass-functions.zip}
 * @param javaHome the JDK 25 that runs the functions
 * @param configuration digest of the compiled configuration; its bytes follow with {@link DeployedStack#putConfiguration}
 * @param vault how the functions reach Vault
 * @param broker who they are there
 * @param agentPrincipalArns principals of agents, patterns allowed
 * @param endpoints services that the functions reach elsewhere than at the endpoint itself, for example through a
 *     breakable wire
 * @param aotCache an ahead-of-time cache for the functions' JVM
 * @param record what the record is made with; without it its functions are deployed too, since the template has no other way, but
 *     cannot run
 */
public record StackSettings(
        String name,
        Path template,
        Path archive,
        Path javaHome,
        Sha256 configuration,
        Vault vault,
        Broker broker,
        List<String> agentPrincipalArns,
        Map<Service, URI> endpoints,
        Optional<Path> aotCache,
        Optional<Recording> record) {
    public StackSettings {
        agentPrincipalArns = List.copyOf(agentPrincipalArns);
        endpoints = Map.copyOf(endpoints);
    }

    /** Settings of a stack without a record. */
    public StackSettings(
            String name,
            Path template,
            Path archive,
            Path javaHome,
            Sha256 configuration,
            Vault vault,
            Broker broker,
            List<String> agentPrincipalArns,
            Map<Service, URI> endpoints,
            Optional<Path> aotCache) {
        this(
                name,
                template,
                archive,
                javaHome,
                configuration,
                vault,
                broker,
                agentPrincipalArns,
                endpoints,
                aotCache,
                Optional.empty());
    }

    /** The same stack, with this record. */
    public StackSettings with(Recording recording) {
        return new StackSettings(
                name,
                template,
                archive,
                javaHome,
                configuration,
                vault,
                broker,
                agentPrincipalArns,
                endpoints,
                aotCache,
                Optional.of(recording));
    }

    /**
     * What the record is made with.
     *
     * @param archive {@code audit-forwarder/target/daypass-audit-forwarder.zip}
     * @param headTemplate {@code iac/head.yaml}
     * @param logGroups the log groups to forward, besides Daypass's own; each is made if it is not there
     */
    public record Recording(Path archive, Path headTemplate, Map<Source, String> logGroups) {
        private static final Map<Source, String> PARAMETERS = Map.of(
                Source.VAULT_AUDIT, "VaultAuditLogGroup",
                Source.VAULT_SERVER, "VaultServerLogGroup",
                Source.POSTGRESQL, "PostgresqlLogGroup",
                Source.MARIADB, "MariadbLogGroup");

        public Recording {
            logGroups = Map.copyOf(logGroups);
            if (!PARAMETERS.keySet().containsAll(logGroups.keySet())) {
                throw new IllegalArgumentException(
                        "log groups are named for " + PARAMETERS.keySet() + " only, not for " + logGroups.keySet());
            }
        }

        /** The log groups, by the template's parameters for them. */
        Map<String, String> parameters() {
            return logGroups.entrySet().stream()
                    .collect(Collectors.toMap(
                            group -> Objects.requireNonNull(PARAMETERS.get(group.getKey())), Map.Entry::getValue));
        }
    }

    /**
     * How the functions reach Vault.
     *
     * @param address its base URL
     * @param sourceAddress the local address to connect from
     * @param ca PEM text of the authority behind its certificate
     */
    public record Vault(URI address, Optional<String> sourceAddress, Optional<String> ca) {}

    /**
     * Who the functions are in Vault.
     *
     * @param roleId the role id of its AppRole, which is no secret
     * @param secretParameter the name of the SecureString that holds the secret id
     */
    public record Broker(String roleId, String secretParameter) {}

    /** What the functions use of AWS. */
    public enum Service {
        /** The evidence. */
        S3("EndpointUrlS3"),
        /** State. */
        DYNAMODB("EndpointUrlDynamoDb"),
        /** The broker's secret. */
        SSM("EndpointUrlSsm"),
        /** Asking another function. */
        LAMBDA("EndpointUrlLambda");

        private final String parameter;

        Service(String parameter) {
            this.parameter = parameter;
        }

        /** The template's parameter for it. */
        String parameter() {
            return parameter;
        }
    }
}
