package dev.daypass.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OpenBaoBinaryTest {
    @ParameterizedTest
    @CsvSource({
        "OpenBao v2.7.2 (9e0a0d3c), true",
        "OpenBao v2.7.3, true",
        "OpenBao v2.10.0, true",
        "OpenBao v3.0.0, true",
        "OpenBao v2.7.1, false",
        "OpenBao v2.6.9, false",
        "OpenBao v1.99.99, false",
        "Vault v2.7.2, false",
        "a shell function, false"
    })
    void onlyAProgramOfThePinnedVersionOrNewerIsUsed(String said, boolean used) {
        assertEquals(used, OpenBaoBinary.isAtLeastPinned(said + "\n"));
    }
}
