/** One session, walked through with the real requests and answers. */
@NullMarked
package dev.daypass.cli.demo;

import org.jspecify.annotations.NullMarked;
