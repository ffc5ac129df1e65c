package dev.daypass.audit.forward;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;

/** Under a payload's name there is an object that did not come from it: a forgery, since nobody makes such a name by chance. */
public final class OtherObjectException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    OtherObjectException(ObjectKey key, Sha256 expected, Sha256 there) {
        super(key + " holds other records than the payload of its name: expected " + expected + ", there is " + there
                + "; the payload is not stored");
    }
}
