package dev.daypass.functions.aws;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.daypass.functions.aws.Attempts.Verdict;
import dev.daypass.functions.json.JsonObject;
import dev.daypass.functions.json.JsonText;
import dev.daypass.functions.json.StrictJsonException;
import dev.daypass.functions.net.HttpReply;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.peer.PeerException.Outcome;
import dev.daypass.functions.peer.PeerException.Peer;
import dev.daypass.functions.state.Session;
import dev.daypass.functions.state.SessionStore;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@link SessionStore} in one DynamoDB table. Every write is made again after a doubtful attempt, because each is
 * conditional: a second try of our own meets what the first one wrote and recognises it. Safe for threads.
 */
public final class DynamoSessionStore implements SessionStore {
    private static final String INDEX = "open";
    private static final int PAGE = 25;
    // On jti and key items: whose they are.
    private static final String HELD_BY = "heldBy";
    /** An item that is past its own time counts as gone: DynamoDB removes it within days only (DynamoDB, "TTL"). */
    private static final String FREE = "attribute_not_exists(pk) OR expireAt <= :now";

    private final JsonApi api;
    private final Clock clock;
    private final Options options;

    public DynamoSessionStore(SignedRequests requests, Clock clock, Options options) {
        this.api = new JsonApi(requests, AwsService.DYNAMODB, "DynamoDB_20120810", "application/x-amz-json-1.0");
        this.clock = clock;
        this.options = options;
    }

    /**
     * @param table the table's name or ARN
     * @param attempts at most so many for one request
     * @param firstPause before the second; doubled for each further one
     * @param timeout of each attempt
     */
    public record Options(String table, int attempts, Duration firstPause, Duration timeout) {
        public Options {
            if (table.isEmpty()) {
                throw new IllegalArgumentException("the table needs a name");
            }
        }

        /** Four attempts of a second and a half each. */
        public static Options of(String table) {
            return new Options(table, 4, Duration.ofMillis(25), Duration.ofMillis(1500));
        }

        private Attempts.Options attemptOptions() {
            return new Attempts.Options(attempts, firstPause, timeout, true);
        }
    }

    @Override
    public Intended intend(Session session, Optional<TokenUse> tokenUse, Optional<KeyClaim> keyClaim)
            throws PeerException {
        if (session.status() != SessionStatus.INTENDED) {
            throw new IllegalArgumentException("only an INTENDED session can be intended");
        }
        var id = session.id();
        long now = clock.instant().getEpochSecond();
        var body = JsonText.object(json -> {
            // A name for the whole transaction: AWS carries one out once, however often it comes within ten minutes.
            json.writeStringField("ClientRequestToken", id.text());
            json.writeArrayFieldStart("TransactItems");
            put(json, SessionItem.of(session), "attribute_not_exists(pk)", null);
            if (tokenUse.isPresent()) {
                var use = tokenUse.get();
                var item = new Item()
                        .text(SessionItem.KEY, "use#" + use.digest().hex())
                        .text(HELD_BY, id.text())
                        .number(SessionItem.FORGET_AT, SessionItem.forgetAt(use.forgetAt()));
                put(json, item, FREE, new Item().number(":now", now));
            }
            if (keyClaim.isPresent()) {
                var claim = keyClaim.get();
                var item = new Item()
                        .text(SessionItem.KEY, "key#" + claim.digest().hex())
                        .text(HELD_BY, id.text())
                        .number(SessionItem.FORGET_AT, SessionItem.forgetAt(claim.forgetAt()));
                var values = new Item().number(":now", now);
                claim.replaces().ifPresent(old -> values.text(":old", old.text()));
                put(json, item, claim.replaces().isPresent() ? FREE + " OR heldBy = :old" : FREE, values);
            }
            json.writeEndArray();
        });
        String what = "writing session " + id + " into " + options.table();
        try {
            var reply = attempts(what)
                    .answer(timeout -> api.call("TransactWriteItems", body, timeout), DynamoSessionStore::judge);
            if (reply.status() == 200) {
                return new Intended.Written();
            }
            return cancelled(what, session, tokenUse.isPresent(), reply);
        } catch (PeerException e) {
            // Only a session of this handle can be ours; one that is not there may still come.
            if (e.outcome() == Outcome.UNKNOWN && isThere(session)) {
                return new Intended.Written();
            }
            throw e;
        }
    }

    /** Why a transaction was cancelled: one reason for each of its items, in their order. */
    private Intended cancelled(String what, Session session, boolean withUse, HttpReply reply) throws PeerException {
        if (!JsonApi.error(reply).equals("TransactionCanceledException")) {
            throw refused(what, reply);
        }
        try {
            var reasons = JsonApi.read(reply).list("CancellationReasons").orElse(List.of());
            if (failed(reasons, 0)) {
                // The identifier has 80 random bits: it is there because an earlier attempt of ours put it there.
                if (isThere(session)) {
                    return new Intended.Written();
                }
                throw new PeerException(Peer.STATE, Outcome.REFUSED, what + ": there is another session of this name");
            }
            if (withUse && failed(reasons, 1)) {
                return new Intended.TokenReplayed();
            }
            int key = withUse ? 2 : 1;
            if (failed(reasons, key) && reasons.get(key) instanceof JsonObject reason) {
                var item = reason.object("Item");
                if (item.isPresent()) {
                    return new Intended.KeyHeld(heldBy(item.get()));
                }
            }
        } catch (StrictJsonException | IllegalArgumentException e) {
            throw new PeerException(Peer.STATE, Outcome.REFUSED, what + ": cancelled, for a reason not understood", e);
        }
        throw new PeerException(Peer.STATE, Outcome.REFUSED, what + ": cancelled, for a reason not understood");
    }

    private static boolean failed(List<?> reasons, int index) throws StrictJsonException {
        return index < reasons.size()
                && reasons.get(index) instanceof JsonObject reason
                && reason.text("Code").orElse("").equals("ConditionalCheckFailed");
    }

    private static SessionId heldBy(JsonObject item) throws StrictJsonException {
        return new SessionId(Item.reader(item).required(HELD_BY));
    }

    private boolean isThere(Session session) throws PeerException {
        return find(session.id())
                .filter(s -> s.handle().matches(session.handle()))
                .isPresent();
    }

    @Override
    public boolean activate(SessionId session, Session.Lease lease, Instant expiresAt) throws PeerException {
        var values = new Item()
                .text(":from", SessionStatus.INTENDED.name())
                .text(":to", SessionStatus.ACTIVE.name())
                .text(":lease", lease.leaseId())
                .text(":accessor", lease.accessor())
                .text(":expires", expiresAt.toString())
                .number(":due", SessionItem.dueAt(expiresAt));
        var update = update(
                session,
                "SET #status = :to, lease = :lease, accessor = :accessor, expiresAt = :expires, dueAt = :due",
                "#status = :from",
                values);
        return moved(
                session,
                "activating session " + session,
                update,
                s -> s.status() == SessionStatus.ACTIVE && s.lease().equals(Optional.of(lease)));
    }

    @Override
    public boolean extend(SessionId session, Instant from, Instant to) throws PeerException {
        var values = new Item()
                .text(":active", SessionStatus.ACTIVE.name())
                .text(":from", from.toString())
                .text(":to", to.toString())
                .number(":due", SessionItem.dueAt(to));
        var update =
                update(session, "SET expiresAt = :to, dueAt = :due", "#status = :active AND expiresAt = :from", values);
        return moved(
                session,
                "extending session " + session,
                update,
                s -> s.status() == SessionStatus.ACTIVE && s.expiresAt().equals(to));
    }

    /**
     * @param ours how the session looks if an attempt of ours was carried out; asked only after a doubtful one
     */
    private boolean moved(SessionId session, String what, byte[] update, Predicate<Session> ours) throws PeerException {
        var attempts = attempts(what);
        try {
            var changed = update(attempts, what, update);
            return changed.isDone()
                    || attempts.mayBeDoneAlready()
                            && changed.session().filter(ours).isPresent();
        } catch (PeerException e) {
            if (e.outcome() == Outcome.UNKNOWN && find(session).filter(ours).isPresent()) {
                return true;
            }
            throw e;
        }
    }

    @Override
    public Optional<Session> beginEnding(SessionId session, Session.End end) throws PeerException {
        var values = new Item()
                .text(":intended", SessionStatus.INTENDED.name())
                .text(":active", SessionStatus.ACTIVE.name())
                .text(":ending", SessionStatus.ENDING.name())
                .text(":reason", end.reason().code())
                .text(":by", end.requestedBy())
                .text(":at", end.requestedAt().toString())
                .number(":due", SessionItem.dueAt(end.requestedAt()));
        var update = update(
                session,
                "SET #status = :ending, endReason = :reason, endRequestedBy = :by, endRequestedAt = :at, dueAt = :due",
                "#status = :intended OR #status = :active",
                values);
        return settled(
                session, "ending session " + session, update, s -> s.status().compareTo(SessionStatus.ENDING) >= 0);
    }

    @Override
    public Session noteVerified(SessionId session, Instant verifiedAt) throws PeerException {
        var values = new Item().text(":ending", SessionStatus.ENDING.name()).text(":at", verifiedAt.toString());
        var update = update(
                session, "SET verifiedAt = :at", "#status = :ending AND attribute_not_exists(verifiedAt)", values);
        String what = "noting that session " + session + " is gone";
        return settled(session, what, update, s -> s.verifiedAt().isPresent())
                .filter(s -> s.verifiedAt().isPresent())
                .orElseThrow(() -> new PeerException(Peer.STATE, Outcome.REFUSED, what + ": it is not ENDING"));
    }

    @Override
    public void ended(SessionId session, Instant forgetAt) throws PeerException {
        var values = new Item()
                .text(":ending", SessionStatus.ENDING.name())
                .text(":ended", SessionStatus.ENDED.name())
                .number(":forget", SessionItem.forgetAt(forgetAt));
        var update = update(
                session,
                "SET #status = :ended, expireAt = :forget REMOVE openShard, dueAt",
                "#status = :ending AND attribute_exists(verifiedAt)",
                values);
        String what = "closing session " + session;
        boolean isEnded = settled(session, what, update, s -> s.status() == SessionStatus.ENDED)
                .filter(s -> s.status() == SessionStatus.ENDED)
                .isPresent();
        if (!isEnded) {
            throw new PeerException(
                    Peer.STATE, Outcome.REFUSED, what + ": it is not ENDING with the catalog's reading noted");
        }
    }

    /** The session after an update that did something or found that it need not. */
    private Optional<Session> settled(SessionId session, String what, byte[] update, Predicate<Session> done)
            throws PeerException {
        try {
            return update(attempts(what), what, update).session();
        } catch (PeerException e) {
            if (e.outcome() == Outcome.UNKNOWN) {
                var found = find(session).filter(done);
                if (found.isPresent()) {
                    return found;
                }
            }
            throw e;
        }
    }

    @Override
    public Optional<Session> find(SessionId session) throws PeerException {
        var body = JsonText.object(json -> {
            json.writeStringField("TableName", options.table());
            json.writeBooleanField("ConsistentRead", true);
            key(session).write(json, "Key");
        });
        String what = "reading session " + session + " from " + options.table();
        var reply = attempts(what).answer(timeout -> api.call("GetItem", body, timeout), DynamoSessionStore::judge);
        if (reply.status() != 200) {
            throw refused(what, reply);
        }
        return session(what, reply, "Item");
    }

    /**
     * The index names them, and each is then read from the table itself, since the index lags: a lease that was extended a
     * moment ago must not look as if it had run out. The shards take turns, so that a crowd in one hides no other.
     */
    @Override
    public List<Session> open(Instant dueAt, Predicate<Session> wanted, int limit) throws PeerException {
        // Beyond what a session's dueAt can be, and within what DynamoDB's numbers and Instant both hold.
        long until = dueAt.isAfter(Instant.ofEpochSecond(253402300799L)) ? 253402300799000L : dueAt.toEpochMilli();
        var pages = new ArrayDeque<Page>();
        int first = ThreadLocalRandom.current().nextInt(SessionItem.SHARDS);
        for (int i = 0; i < SessionItem.SHARDS; i++) {
            pages.add(new Page(SessionItem.shard((first + i) % SessionItem.SHARDS), null));
        }
        var found = new ArrayList<Session>();
        PeerException unreadable = null;
        while (!pages.isEmpty() && found.size() < limit) {
            var page = pages.removeFirst();
            var listed = query(page, until);
            for (var element : listed.items()) {
                if (found.size() >= limit) {
                    break;
                }
                try {
                    read(element, wanted, until).ifPresent(found::add);
                } catch (UnreadableItem e) {
                    unreadable = e.told();
                }
            }
            if (listed.next() != null) {
                pages.addLast(new Page(page.shard(), listed.next()));
            }
        }
        if (found.isEmpty() && unreadable != null) {
            // Last, so that one damaged item holds up no other session, and yet is not passed over in silence.
            throw unreadable;
        }
        return found;
    }

    private Optional<Session> read(JsonObject indexed, Predicate<Session> wanted, long until)
            throws PeerException, UnreadableItem {
        Session listed;
        try {
            listed = SessionItem.read(indexed);
        } catch (IllegalArgumentException e) {
            throw new UnreadableItem(SessionItem.id(indexed));
        }
        if (!wanted.test(listed)) {
            return Optional.empty();
        }
        return find(listed.id())
                .filter(s -> s.status() != SessionStatus.ENDED)
                .filter(s -> due(s) <= until)
                .filter(wanted);
    }

    private static long due(Session session) {
        return SessionItem.dueAt(
                switch (session.status()) {
                    case INTENDED -> session.intent().createdAt();
                    case ACTIVE -> session.expiresAt();
                    case ENDING, ENDED ->
                        session.end().map(Session.End::requestedAt).orElse(session.expiresAt());
                });
    }

    private Listed query(Page page, long until) throws PeerException {
        var body = JsonText.object(json -> {
            json.writeStringField("TableName", options.table());
            json.writeStringField("IndexName", INDEX);
            json.writeNumberField("Limit", PAGE);
            json.writeStringField("KeyConditionExpression", "openShard = :shard AND dueAt <= :until");
            new Item().text(":shard", page.shard()).number(":until", until).write(json, "ExpressionAttributeValues");
            if (page.after() != null) {
                json.writeFieldName("ExclusiveStartKey");
                json.writeRawValue(page.after());
            }
        });
        String what = "listing the open sessions of " + options.table();
        var reply = attempts(what).answer(timeout -> api.call("Query", body, timeout), DynamoSessionStore::judge);
        if (reply.status() != 200) {
            throw refused(what, reply);
        }
        try {
            var json = JsonApi.read(reply);
            var items = new ArrayList<JsonObject>();
            for (var element : json.list("Items").orElse(List.of())) {
                if (element instanceof JsonObject item) {
                    items.add(item);
                }
            }
            var last = json.object("LastEvaluatedKey");
            return new Listed(items, last.isEmpty() ? null : startKey(last.get()));
        } catch (StrictJsonException | IllegalArgumentException e) {
            throw new PeerException(Peer.STATE, Outcome.NOT_DONE, what + ": an answer that is not understood", e);
        }
    }

    /** The last key as it came: a page's key is the index's two attributes and the table's one. */
    private static String startKey(JsonObject last) throws StrictJsonException {
        var reader = Item.reader(last);
        var key = new Item()
                .text(SessionItem.KEY, reader.required(SessionItem.KEY))
                .text(SessionItem.SHARD, reader.required(SessionItem.SHARD))
                .number(
                        SessionItem.DUE_AT,
                        Long.parseLong(last.object(SessionItem.DUE_AT)
                                .orElseThrow(() -> new IllegalArgumentException("dueAt is missing"))
                                .text("N")
                                .orElse("")));
        String wrapped = new String(JsonText.object(json -> key.write(json, "k")), StandardCharsets.UTF_8);
        return wrapped.substring("{\"k\":".length(), wrapped.length() - 1);
    }

    private record Page(String shard, @Nullable String after) {}

    private record Listed(List<JsonObject> items, @Nullable String next) {}

    private static final class UnreadableItem extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableItem(Optional<SessionId> session) {
            super("the item of session " + session.map(SessionId::text).orElse("(no name)")
                    + " is not of our making; look at it and repair or remove it");
        }

        PeerException told() {
            return new PeerException(Peer.STATE, Outcome.REFUSED, String.valueOf(getMessage()));
        }
    }

    private Changed update(Attempts attempts, String what, byte[] body) throws PeerException {
        var reply = attempts.answer(timeout -> api.call("UpdateItem", body, timeout), DynamoSessionStore::judge);
        if (reply.status() == 200) {
            return new Changed(true, session(what, reply, "Attributes"));
        }
        if (JsonApi.error(reply).equals("ConditionalCheckFailedException")) {
            return new Changed(false, session(what, reply, "Item"));
        }
        throw refused(what, reply);
    }

    /**
     * @param isDone whether the answered attempt changed the session
     * @param session as it is, changed or not; empty if there is none
     */
    private record Changed(boolean isDone, Optional<Session> session) {}

    private byte[] update(SessionId session, String change, String condition, Item values) {
        return JsonText.object(json -> {
            json.writeStringField("TableName", options.table());
            key(session).write(json, "Key");
            json.writeStringField("UpdateExpression", change);
            json.writeStringField("ConditionExpression", condition);
            json.writeObjectFieldStart("ExpressionAttributeNames");
            // "status" is a reserved word (DynamoDB, "Reserved words").
            json.writeStringField("#status", SessionItem.STATUS);
            json.writeEndObject();
            values.write(json, "ExpressionAttributeValues");
            json.writeStringField("ReturnValues", "ALL_NEW");
            json.writeStringField("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
        });
    }

    private void put(JsonGenerator json, Item item, String condition, @Nullable Item values) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("Put");
        json.writeStringField("TableName", options.table());
        item.write(json, "Item");
        json.writeStringField("ConditionExpression", condition);
        if (values != null) {
            values.write(json, "ExpressionAttributeValues");
        }
        json.writeStringField("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
        json.writeEndObject();
        json.writeEndObject();
    }

    private static Item key(SessionId session) {
        return new Item().text(SessionItem.KEY, SessionItem.key(session));
    }

    private static Optional<Session> session(String what, HttpReply reply, String member) throws PeerException {
        try {
            return JsonApi.read(reply).object(member).map(SessionItem::read);
        } catch (StrictJsonException | IllegalArgumentException e) {
            throw new PeerException(
                    Peer.STATE, Outcome.UNKNOWN, what + ": the item is not of our making; look at it and repair it", e);
        }
    }

    private static PeerException refused(String what, HttpReply reply) {
        String name = JsonApi.error(reply);
        String reason = switch (name) {
            case "AccessDeniedException",
                    "ResourceNotFoundException",
                    "ValidationException",
                    "ExpiredTokenException",
                    "InvalidSignatureException",
                    "UnrecognizedClientException",
                    "MissingAuthenticationTokenException",
                    "IncompleteSignatureException",
                    "ItemCollectionSizeLimitExceededException",
                    "IdempotentParameterMismatchException" -> name;
            default -> "another error";
        };
        return new PeerException(
                Peer.STATE, Outcome.REFUSED, what + ": DynamoDB refused with " + reply.status() + ", " + reason);
    }

    /** DynamoDB Developer Guide, "Error handling": which answers may be asked for again. */
    private static Verdict judge(HttpReply reply) {
        if (reply.status() == 200) {
            return Verdict.ANSWER;
        }
        if (reply.status() >= 500) {
            return Verdict.PERHAPS_AGAIN;
        }
        return switch (JsonApi.error(reply)) {
            case "ProvisionedThroughputExceededException",
                    "ThrottlingException",
                    "RequestLimitExceeded",
                    "LimitExceededException",
                    "TransactionConflictException" -> Verdict.AGAIN;
            // The same transaction, from an attempt of ours that has not come to its end.
            case "TransactionInProgressException" -> Verdict.PERHAPS_AGAIN;
            case "TransactionCanceledException" -> isConflict(reply) ? Verdict.AGAIN : Verdict.ANSWER;
            default -> Verdict.ANSWER;
        };
    }

    /** Cancelled for no condition of ours, but for another writer at the same moment or for want of capacity. */
    private static boolean isConflict(HttpReply reply) {
        try {
            boolean transientReason = false;
            for (var element : JsonApi.read(reply).list("CancellationReasons").orElse(List.of())) {
                String code = element instanceof JsonObject reason
                        ? reason.text("Code").orElse("")
                        : "";
                if (code.equals("ConditionalCheckFailed")) {
                    return false;
                }
                transientReason |= code.equals("TransactionConflict")
                        || code.equals("ThrottlingError")
                        || code.equals("ProvisionedThroughputExceeded");
            }
            return transientReason;
        } catch (StrictJsonException e) {
            return false;
        }
    }

    private Attempts attempts(String what) {
        return new Attempts(Peer.STATE, what, options.attemptOptions());
    }
}
