/** What a session's holder can do with it after the vend: see it, renew it, end it; and what an operator can. */
@NullMarked
package dev.daypass.functions.lifecycle;

import org.jspecify.annotations.NullMarked;
