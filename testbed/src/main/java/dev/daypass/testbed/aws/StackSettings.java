package dev.daypass.testbed.aws;

import dev.daypass.digest.Sha256;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        Optional<Path> aotCache) {
    public StackSettings {
        agentPrincipalArns = List.copyOf(agentPrincipalArns);
        endpoints = Map.copyOf(endpoints);
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
