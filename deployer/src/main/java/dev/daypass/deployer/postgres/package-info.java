/** Grants in PostgreSQL 14 to 18: what is there, what should be, and what a session could really do. */
@NullMarked
package dev.daypass.deployer.postgres;

import org.jspecify.annotations.NullMarked;
