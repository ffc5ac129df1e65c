/** Who may speak for an agent: the issuers that are trusted, and exactly how far. */
@NullMarked
package dev.daypass.identity;

import org.jspecify.annotations.NullMarked;
