package dev.daypass.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daypass.testbed.Prerequisites.MissingException;
import dev.daypass.testbed.Prerequisites.Need;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PrerequisitesTest {
    @Test
    void aMachineThatRunsThesePeersLacksNothing() throws Exception {
        assertEquals(List.of(), Prerequisites.missing(EnumSet.complementOf(EnumSet.of(Need.PSQL))));
    }

    @Test
    void everythingMissingIsNamedAtOnceWithItsRemedy() {
        var message = String.valueOf(
                new MissingException(List.of("one: not there\n    install one", "two: too old")).getMessage());
        assertTrue(message.contains("one: not there"), message);
        assertTrue(message.contains("install one"), message);
        assertTrue(message.contains("two: too old"), message);
    }
}
