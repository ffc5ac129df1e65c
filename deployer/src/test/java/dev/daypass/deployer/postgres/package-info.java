/** Grants on real servers of every supported version. */
@NullMarked
package dev.daypass.deployer.postgres;

import org.jspecify.annotations.NullMarked;
