/**
 * Checks a copy of the evidence, or the bucket itself, against its seals: {@code docs/record.md}. It needs no network, no
 * credential and no clock of its own. Nothing that it reads is trusted before its signature or digest is checked.
 */
@NullMarked
package dev.daypass.audit.verify;

import org.jspecify.annotations.NullMarked;
