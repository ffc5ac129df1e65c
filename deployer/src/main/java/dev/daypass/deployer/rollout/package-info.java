/** Plan and apply over all databases and Vault, in an order that never leaves more than the old or the new text allows. */
@NullMarked
package dev.daypass.deployer.rollout;

import org.jspecify.annotations.NullMarked;
