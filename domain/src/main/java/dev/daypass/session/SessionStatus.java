package dev.daypass.session;

/** Where a session is in its life. It only ever moves down this list. */
public enum SessionStatus {
    /** The intent is being locked or is locked; a database user may or may not exist. Nobody holds its password. */
    INTENDED,
    /** The user exists as intended and its password has been, or is about to be, answered. */
    ACTIVE,
    /** It is to end. It stays so until the database catalog has been read and shows nothing of it. */
    ENDING,
    /** The catalog was read, and showed neither the user nor a connection of it. */
    ENDED
}
