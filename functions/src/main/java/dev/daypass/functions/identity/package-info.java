/** Who is asking: an identity provider's token becomes a verified agent, or a refusal with one reason. */
@NullMarked
package dev.daypass.functions.identity;

import org.jspecify.annotations.NullMarked;
