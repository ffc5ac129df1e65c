/** AWS on one machine: the endpoint, Daypass's own stack deployed on it, and a host for the functions without either. */
@NullMarked
package dev.daypass.testbed.aws;

import org.jspecify.annotations.NullMarked;
