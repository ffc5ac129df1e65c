/** The locked store, as far as a writer may use it: objects are created, and looked at again by version; nothing else. */
@NullMarked
package dev.daypass.audit.store;

import org.jspecify.annotations.NullMarked;
