/** The HTTP API as a client sees it: requests, answers, refusals, and the secrets among them. */
@NullMarked
package dev.daypass.cli.api;

import org.jspecify.annotations.NullMarked;
