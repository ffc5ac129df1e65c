package dev.daypass.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AwsEndpointsTest {
    @Test
    void onAwsEveryServiceHasItsRegionalHostAndABucketOneOfItsOwn() {
        var aws = AwsEndpoints.of(Map.of("AWS_REGION", "eu-central-1"));

        assertEquals(URI.create("https://dynamodb.eu-central-1.amazonaws.com"), aws.of(AwsService.DYNAMODB));
        assertEquals(URI.create("https://lambda.eu-central-1.amazonaws.com"), aws.of(AwsService.LAMBDA));
        assertEquals(URI.create("https://evidence-1.s3.eu-central-1.amazonaws.com"), aws.bucket("evidence-1"));
    }

    @Test
    void chinaHasADomainOfItsOwn() {
        var aws = AwsEndpoints.of(Map.of("AWS_REGION", "cn-north-1"));

        assertEquals(URI.create("https://ssm.cn-north-1.amazonaws.com.cn"), aws.of(AwsService.SSM));
        assertEquals(URI.create("https://e-1.s3.cn-north-1.amazonaws.com.cn"), aws.bucket("e-1"));
    }

    @Test
    void aServicesOwnVariableGoesBeforeTheOneForAll() {
        var aws = AwsEndpoints.of(Map.of(
                "AWS_REGION", "eu-central-1",
                "AWS_ENDPOINT_URL", "http://127.0.0.1:4566/",
                "AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9000"));

        assertEquals(URI.create("http://127.0.0.1:4566"), aws.of(AwsService.SSM));
        assertEquals(URI.create("http://127.0.0.1:9000/evidence"), aws.bucket("evidence"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:4566",
                "ftp://a",
                "http://user:secret@a",
                "http://a/path",
                "http://a?q=secret",
                "http:// a"
            })
    void aMalformedEndpointIsRefusedByNameAndNotRepeated(String text) {
        var refusal = assertThrows(
                IllegalArgumentException.class,
                () -> AwsEndpoints.of(Map.of("AWS_REGION", "eu-central-1", "AWS_ENDPOINT_URL_S3", text)));

        assertEquals("AWS_ENDPOINT_URL_S3 is malformed: expected http(s)://host[:port]", refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "eu central", "evil.example/"})
    void aRegionThatIsNoneIsRefused(String region) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> AwsEndpoints.of(Map.of("AWS_REGION", region)));

        assertTrue(String.valueOf(refusal.getMessage()).startsWith("AWS_REGION"));
    }
}
