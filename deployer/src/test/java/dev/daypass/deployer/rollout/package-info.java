/** Rollouts against one small fake of each peer, and against the real ones. */
@NullMarked
package dev.daypass.deployer.rollout;

import org.jspecify.annotations.NullMarked;
