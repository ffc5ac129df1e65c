/** The compiled documents that the functions read, addressed by their digest. */
@NullMarked
package dev.daypass.configuration;

import org.jspecify.annotations.NullMarked;
