/** The local AWS endpoint, the stack on it, and the functions' host, each proved with a probe in place of the functions. */
@NullMarked
package dev.daypass.testbed.aws;

import org.jspecify.annotations.NullMarked;
