/** The real peers, started the same way by the demo and by the tests: on loopback, on free ports, gone afterwards. */
@NullMarked
package dev.daypass.testbed;

import org.jspecify.annotations.NullMarked;
