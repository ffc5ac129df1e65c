package dev.daypass.deployer.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PostgresProbeTest {
    @Test
    void theDeployersLoginIsNotInTheProbesUrl() {
        assertEquals(
                "jdbc:postgresql://db:5432/orders?sslmode=verify-full&ApplicationName=daypass",
                PostgresProbe.withoutLogin("jdbc:postgresql://db:5432/orders?user=deployer&sslmode=verify-full"
                        + "&password=secret&ApplicationName=daypass"));
    }

    @Test
    void aUrlOfALoginOnlyHasNoParametersLeft() {
        assertEquals(
                "jdbc:postgresql://db:5432/orders",
                PostgresProbe.withoutLogin("jdbc:postgresql://db:5432/orders?password=secret&user=deployer"));
    }
}
