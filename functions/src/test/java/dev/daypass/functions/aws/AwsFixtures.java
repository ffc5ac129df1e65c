package dev.daypass.functions.aws;

import dev.daypass.functions.net.HttpTransport;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/** What every adapter needs below it. */
final class AwsFixtures {
    static final Instant NOW = Instant.parse("2026-11-23T01:02:03Z");
    static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    static final String SESSION_TOKEN = "FwoGZXIvYXdzEXAMPLETOKEN";

    private AwsFixtures() {}

    static SignedRequests requests(URI address) {
        return requests(AwsEndpoints.of(Map.of("AWS_REGION", "eu-central-1", "AWS_ENDPOINT_URL", address.toString())));
    }

    static SignedRequests requests(AwsEndpoints endpoints) {
        var http = new HttpTransport(HttpTransport.Options.within(Duration.ofSeconds(5)));
        var environment = Map.of(
                "AWS_ACCESS_KEY_ID",
                "AKIDEXAMPLE",
                "AWS_SECRET_ACCESS_KEY",
                SECRET_KEY,
                "AWS_SESSION_TOKEN",
                SESSION_TOKEN);
        return new SignedRequests(http, new LambdaCredentials(environment, http, CLOCK), CLOCK, endpoints);
    }
}
