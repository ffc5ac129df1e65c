package dev.daypass.functions.aws;

/** The AWS services that are called. */
enum AwsService {
    S3("s3", "S3"),
    DYNAMODB("dynamodb", "DYNAMODB"),
    SSM("ssm", "SSM"),
    LAMBDA("lambda", "LAMBDA");

    private final String code;
    private final String variable;

    AwsService(String code, String variable) {
        this.code = code;
        this.variable = variable;
    }

    /** Its name in host names and in the scope of a signature. */
    String code() {
        return code;
    }

    /** Which variable overrides its endpoint, as every AWS SDK has it (SDKs and Tools Reference, "Service-specific endpoints"). */
    String endpointVariable() {
        return "AWS_ENDPOINT_URL_" + variable;
    }
}
