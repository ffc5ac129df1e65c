/** Through the front door, against real peers: one class a promise, whose name says it. */
@NullMarked
package dev.daypass.acceptance;

import org.jspecify.annotations.NullMarked;
