package dev.daypass.cli.audit;

/**
 * The earliest version of a key, which is what the record means by an object.
 *
 * @param key its key; anybody may have written it, so it is made printable before it is printed
 * @param versionId its version; empty in a copy
 * @param size in bytes
 */
record StoredObject(String key, String versionId, long size) {}
