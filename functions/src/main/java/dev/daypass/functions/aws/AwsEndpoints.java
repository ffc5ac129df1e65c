package dev.daypass.functions.aws;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where the services are: in a region, or where {@code AWS_ENDPOINT_URL_<SERVICE>} or {@code AWS_ENDPOINT_URL} say.
 *
 * @param region such as {@code eu-central-1}
 * @param overrides the variables that are set, by name
 */
public record AwsEndpoints(String region, Map<String, URI> overrides) {
    private static final String ANY_SERVICE = "AWS_ENDPOINT_URL";

    public AwsEndpoints {
        if (region.isEmpty()
                || !region.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')) {
            throw new IllegalArgumentException("AWS_REGION is not a region: expected something like eu-central-1");
        }
        overrides = Map.copyOf(overrides);
    }

    /**
     * From a function's environment.
     *
     * @throws IllegalArgumentException naming the first variable that is missing or malformed
     */
    public static AwsEndpoints of(Map<String, String> environment) {
        var overrides = new HashMap<String, URI>();
        override(environment, ANY_SERVICE, overrides);
        for (var service : AwsService.values()) {
            override(environment, service.endpointVariable(), overrides);
        }
        return new AwsEndpoints(environment.getOrDefault("AWS_REGION", ""), overrides);
    }

    /** The service's base address, without a slash at its end. */
    URI of(AwsService service) {
        return overridden(service)
                .orElseGet(() -> URI.create("https://" + service.code() + "." + region + "." + domain()));
    }

    /**
     * A bucket's base address, without a slash at its end: a host of its own on AWS (virtual-host style; paths are
     * deprecated there), a path where the endpoint is overridden, since a local endpoint has one host only.
     *
     * @param bucket without dots: the certificate for {@code *.s3…} covers one label
     */
    URI bucket(String bucket) {
        return overridden(AwsService.S3)
                .map(base -> URI.create(base + "/" + bucket))
                .orElseGet(() -> URI.create("https://" + bucket + ".s3." + region + "." + domain()));
    }

    private Optional<URI> overridden(AwsService service) {
        var own = overrides.get(service.endpointVariable());
        return Optional.ofNullable(own != null ? own : overrides.get(ANY_SERVICE));
    }

    private String domain() {
        return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    }

    private static void override(Map<String, String> environment, String variable, Map<String, URI> overrides) {
        String text = environment.getOrDefault(variable, "");
        if (text.isEmpty()) {
            return;
        }
        try {
            var uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean good = ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawPath().isEmpty();
            if (good) {
                overrides.put(variable, uri);
                return;
            }
        } catch (IllegalArgumentException e) {
            // Told below, without the text.
        }
        throw new IllegalArgumentException(variable + " is malformed: expected http(s)://host[:port]");
    }
}
