@NullMarked
package dev.daypass.audit.ocsf;

import org.jspecify.annotations.NullMarked;
