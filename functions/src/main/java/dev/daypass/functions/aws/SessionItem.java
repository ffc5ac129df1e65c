package dev.daypass.functions.aws;

import dev.daypass.digest.Sha256;
import dev.daypass.evidence.Intent;
import dev.daypass.functions.json.JsonObject;
import dev.daypass.functions.json.StrictJsonException;
import dev.daypass.functions.state.Session;
import dev.daypass.grant.GrantName;
import dev.daypass.session.EndReason;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * A session as an item of the table, both ways. Instants are RFC 3339 text with all their digits, so that an ending's bytes
 * are the same whenever they are made; only {@code dueAt} (milliseconds, rounded up) and {@code expireAt} (seconds) are
 * numbers, as the index and the table's time to live want them.
 */
final class SessionItem {
    static final String KEY = "pk";
    static final String STATUS = "status";
    static final String HANDLE = "handle";
    static final String EXPIRES_AT = "expiresAt";
    static final String LEASE = "lease";
    static final String ACCESSOR = "accessor";
    static final String END_REASON = "endReason";
    static final String END_BY = "endRequestedBy";
    static final String END_AT = "endRequestedAt";
    static final String VERIFIED_AT = "verifiedAt";
    static final String RENEWED = "renewed";
    static final String SLOT = "slot";
    static final String STATEMENT_TIMEOUT = "statementTimeout";
    /** When DynamoDB may remove the item; only on sessions that are ENDED. */
    static final String FORGET_AT = "expireAt";
    /** The index's two keys; only on sessions that are not ENDED. */
    static final String SHARD = "openShard";

    static final String DUE_AT = "dueAt";

    /** The index spreads over so many partitions, since one takes 1000 writes a second (DynamoDB, "Quotas"). */
    static final int SHARDS = 8;

    private static final String PREFIX = "session#";

    private SessionItem() {}

    static String key(SessionId session) {
        return PREFIX + session.text();
    }

    /** The item that one live session of the grant holds. */
    static String slotKey(GrantName grant, int slot) {
        return "slot#" + grant.text() + "#" + slot;
    }

    /** Of the session's last character, which is random. */
    static String shard(SessionId session) {
        return shard(Character.digit(session.text().charAt(SessionId.LENGTH - 1), 36) % SHARDS);
    }

    static String shard(int number) {
        return Integer.toString(number);
    }

    /** Rounded up, so that nothing is found before it is due. */
    static long dueAt(Instant instant) {
        long millis = instant.toEpochMilli();
        return instant.equals(Instant.ofEpochMilli(millis)) ? millis : millis + 1;
    }

    /** Rounded up, so that nothing is forgotten before its time. */
    static long forgetAt(Instant instant) {
        return instant.getNano() == 0 ? instant.getEpochSecond() : instant.getEpochSecond() + 1;
    }

    /** A session that is INTENDED, as it is first written. */
    static Item of(Session session, int slot) {
        var intent = session.intent();
        var origin = intent.origin();
        return new Item()
                .text(KEY, key(intent.session()))
                .text(STATUS, session.status().name())
                .text(HANDLE, session.handle().toString())
                .text(EXPIRES_AT, session.expiresAt().toString())
                .number(RENEWED, session.renewed())
                .number(SLOT, slot)
                .text(STATEMENT_TIMEOUT, session.statementTimeout().map(Duration::toString))
                .text(SHARD, shard(intent.session()))
                .number(DUE_AT, dueAt(intent.createdAt()))
                .text("session", intent.session().text())
                .text("issuer", intent.issuer())
                .text("subject", intent.subject())
                .text("agent", intent.agent())
                .text("owner", intent.owner())
                .texts("actors", intent.actors())
                .text("tokenDigest", intent.tokenDigest().toString())
                .text("tokenId", intent.tokenId())
                .text("grant", intent.grant().text())
                .text("grantVersion", intent.grantVersion())
                .text("grantDigest", intent.grantDigest().toString())
                .text("configuration", intent.configuration().toString())
                .text("database", intent.database())
                .texts("scope", intent.scope())
                .text("purpose", intent.purpose())
                .text("createdAt", intent.createdAt().toString())
                .text("ttl", intent.ttl().toString())
                .text("window", intent.window().toString())
                .text("sourceAddress", origin.sourceAddress())
                .text("userAgent", origin.userAgent())
                .text("requestId", origin.requestId());
    }

    /** @throws IllegalArgumentException if it is not an item of our making; the message names the attribute */
    static Session read(JsonObject json) {
        try {
            var item = Item.reader(json);
            var intent = new Intent(
                    parsed(item, "session", SessionId::parse),
                    item.required("issuer"),
                    item.required("subject"),
                    item.required("agent"),
                    item.text("owner"),
                    item.texts("actors"),
                    parsed(item, "tokenDigest", Sha256::parse),
                    item.text("tokenId"),
                    parsed(item, "grant", GrantName::parse),
                    item.required("grantVersion"),
                    parsed(item, "grantDigest", Sha256::parse),
                    parsed(item, "configuration", Sha256::parse),
                    item.required("database"),
                    item.texts("scope"),
                    item.text("purpose"),
                    Instant.parse(item.required("createdAt")),
                    Duration.parse(item.required("ttl")),
                    Instant.parse(item.required("window")),
                    new Intent.Origin(
                            item.required("sourceAddress"), item.text("userAgent"), item.required("requestId")));
            var lease = item.text(LEASE);
            var end = item.text(END_REASON);
            return new Session(
                    intent,
                    parsed(item, HANDLE, Sha256::parse),
                    parsed(item, STATUS, SessionItem::status),
                    Instant.parse(item.required(EXPIRES_AT)),
                    // A session of the release before this one has none of the three.
                    item.number(RENEWED).orElse(0),
                    item.text(STATEMENT_TIMEOUT).map(Duration::parse),
                    item.number(SLOT),
                    lease.isEmpty()
                            ? Optional.empty()
                            : Optional.of(new Session.Lease(lease.get(), item.required(ACCESSOR))),
                    end.isEmpty()
                            ? Optional.empty()
                            : Optional.of(new Session.End(
                                    parsed(item, END_REASON, EndReason::parse),
                                    item.required(END_BY),
                                    Instant.parse(item.required(END_AT)))),
                    item.text(VERIFIED_AT).map(Instant::parse));
        } catch (StrictJsonException | DateTimeException e) {
            throw new IllegalArgumentException("an attribute is not of our making", e);
        }
    }

    /** The session that an item belongs to, whatever else is in it. */
    static Optional<SessionId> id(JsonObject json) {
        try {
            String key = Item.reader(json).required(KEY);
            return key.startsWith(PREFIX) ? SessionId.parse(key.substring(PREFIX.length())) : Optional.empty();
        } catch (StrictJsonException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static <T> T parsed(Item.Reader item, String name, Function<String, Optional<T>> parse)
            throws StrictJsonException {
        return parse.apply(item.required(name))
                .orElseThrow(() -> new IllegalArgumentException(name + " is not of our making"));
    }

    private static Optional<SessionStatus> status(String name) {
        for (var status : SessionStatus.values()) {
            if (status.name().equals(name)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
