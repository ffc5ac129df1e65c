/** The AWS adapters against an endpoint: LocalStack where Docker answers, MiniStack where it does not; the same bodies. */
@NullMarked
package dev.daypass.acceptance.aws;

import org.jspecify.annotations.NullMarked;
