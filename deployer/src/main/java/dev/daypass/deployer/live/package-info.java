/** What a rollout needs of a database and of Vault, whichever engine is behind it, and the words for what it finds. */
@NullMarked
package dev.daypass.deployer.live;

import org.jspecify.annotations.NullMarked;
