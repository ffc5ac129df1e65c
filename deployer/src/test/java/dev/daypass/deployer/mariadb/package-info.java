@NullMarked
package dev.daypass.deployer.mariadb;

import org.jspecify.annotations.NullMarked;
