/** The commands on one session: vend, status, renew, revoke. */
@NullMarked
package dev.daypass.cli.session;

import org.jspecify.annotations.NullMarked;
