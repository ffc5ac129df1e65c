/** Lines as servers wrote them, and lines as somebody would like them to be taken. */
@NullMarked
package dev.daypass.audit.parse;

import org.jspecify.annotations.NullMarked;
