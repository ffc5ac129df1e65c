/** Grants in MariaDB: what is there, what should be, and what a session could really do. */
@NullMarked
package dev.daypass.deployer.mariadb;

import org.jspecify.annotations.NullMarked;
