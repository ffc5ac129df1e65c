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
import dev.daypass.grant.GrantName;
import dev.daypass.session.SessionId;
import dev.daypass.session.SessionStatus;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
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
    // On jti, key and slot items: whose they are.
    private static final String HELD_BY = "heldBy";
    /** An item that is past its own time counts as gone: DynamoDB removes it within days only (DynamoDB, "TTL"). */
    private static final String FREE = "attribute_not_exists(pk) OR expireAt <= :now";

    private static final String CLOSE = "SET #status = :ended, expireAt = :forget REMOVE openShard, dueAt";
    private static final String CLOSABLE = "#status = :ending AND attribute_exists(verifiedAt)";

    /** So often a slot may go to somebody quicker before the grant counts as full. */
    private static final int SLOT_TRIES = 8;

    /** BatchGetItem takes so many keys (DynamoDB, "BatchGetItem"). */
    private static final int SLOTS_A_LOOK = 100;

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

    /**
     * The slot is taken at random: a grant's first sessions would otherwise all ask for the same one. Only where it is held are
     * the free ones looked up, so that the ordinary vend costs one item more and no further request.
     */
    @Override
    public Intended intend(Session session, Claims claims) throws PeerException {
        if (session.status() != SessionStatus.INTENDED) {
            throw new IllegalArgumentException("only an INTENDED session can be intended");
        }
        int slot = ThreadLocalRandom.current().nextInt(claims.sessions()) + 1;
        for (int tries = 1; ; tries++) {
            var intended = intend(session, claims, slot, tries);
            if (intended.isPresent()) {
                return intended.get();
            }
            var free = tries == SLOT_TRIES
                    ? OptionalInt.empty()
                    : freeSlot(session.intent().grant(), claims.sessions());
            if (free.isEmpty()) {
                return new Intended.SessionsExhausted();
            }
            slot = free.getAsInt();
        }
    }

    /** Empty if another session holds the slot, and nothing else stood in the way. */
    private Optional<Intended> intend(Session session, Claims claims, int slot, int tries) throws PeerException {
        var id = session.id();
        long now = clock.instant().getEpochSecond();
        var body = JsonText.object(json -> {
            // A name for the whole transaction: AWS carries one out once, however often it comes within ten minutes.
            // Another
            // slot, or a key that is taken over, is another transaction.
            boolean replaces = claims.key().flatMap(KeyClaim::replaces).isPresent();
            json.writeStringField("ClientRequestToken", id.text() + (replaces ? "-r" : "-") + tries);
            json.writeArrayFieldStart("TransactItems");
            put(json, SessionItem.of(session, slot), "attribute_not_exists(pk)", null);
            // A slot that was given back is an item without a holder: nobody may delete from this table.
            var held = new Item()
                    .text(SessionItem.KEY, SessionItem.slotKey(session.intent().grant(), slot))
                    .text(HELD_BY, id.text());
            put(json, held, "attribute_not_exists(heldBy)", null);
            if (claims.tokenUse().isPresent()) {
                var use = claims.tokenUse().get();
                var item = new Item()
                        .text(SessionItem.KEY, "use#" + use.digest().hex())
                        .text(HELD_BY, id.text())
                        .number(SessionItem.FORGET_AT, SessionItem.forgetAt(use.forgetAt()));
                put(json, item, FREE, new Item().number(":now", now));
            }
            if (claims.key().isPresent()) {
                var claim = claims.key().get();
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
                return Optional.of(new Intended.Written());
            }
            return cancelled(what, session, claims.tokenUse().isPresent(), reply);
        } catch (PeerException e) {
            // Only a session of this handle can be ours; one that is not there may still come.
            if (e.outcome() == Outcome.UNKNOWN && isThere(session)) {
                return Optional.of(new Intended.Written());
            }
            throw e;
        }
    }

    /**
     * Why a transaction was cancelled: one reason for each of its items, in their order. A full grant is told last: a token
     * that was used, or a key whose session may itself hold the slot, says more.
     */
    private Optional<Intended> cancelled(String what, Session session, boolean withUse, HttpReply reply)
            throws PeerException {
        if (!JsonApi.error(reply).equals("TransactionCanceledException")) {
            throw refused(what, reply);
        }
        try {
            var reasons = JsonApi.read(reply).list("CancellationReasons").orElse(List.of());
            if (failed(reasons, 0)) {
                // The identifier has 80 random bits: it is there because an earlier attempt of ours put it there.
                if (isThere(session)) {
                    return Optional.of(new Intended.Written());
                }
                throw new PeerException(Peer.STATE, Outcome.REFUSED, what + ": there is another session of this name");
            }
            if (withUse && failed(reasons, 2)) {
                return Optional.of(new Intended.TokenReplayed());
            }
            int key = withUse ? 3 : 2;
            if (failed(reasons, key) && reasons.get(key) instanceof JsonObject reason) {
                var item = reason.object("Item");
                if (item.isPresent()) {
                    return Optional.of(new Intended.KeyHeld(heldBy(item.get())));
                }
            }
            if (failed(reasons, 1)) {
                return Optional.empty();
            }
        } catch (StrictJsonException | IllegalArgumentException e) {
            throw new PeerException(Peer.STATE, Outcome.REFUSED, what + ": cancelled, for a reason not understood", e);
        }
        throw new PeerException(Peer.STATE, Outcome.REFUSED, what + ": cancelled, for a reason not understood");
    }

    /** One of the grant's free slots, by chance; empty if every one is held. */
    private OptionalInt freeSlot(GrantName grant, int sessions) throws PeerException {
        int first = ThreadLocalRandom.current().nextInt(sessions);
        for (int from = 0; from < sessions; from += SLOTS_A_LOOK) {
            var asked = new LinkedHashMap<String, Integer>();
            for (int i = from; i < Math.min(from + SLOTS_A_LOOK, sessions); i++) {
                int slot = (first + i) % sessions + 1;
                asked.put(SessionItem.slotKey(grant, slot), slot);
            }
            asked.keySet().removeAll(heldOf(asked.keySet()));
            var free = new ArrayList<>(asked.values());
            if (!free.isEmpty()) {
                return OptionalInt.of(free.get(ThreadLocalRandom.current().nextInt(free.size())));
            }
        }
        return OptionalInt.empty();
    }

    /** Which of these slots are held, or may be: DynamoDB may leave some out of an answer. */
    private Set<String> heldOf(Set<String> slots) throws PeerException {
        var body = JsonText.object(json -> {
            json.writeObjectFieldStart("RequestItems");
            json.writeObjectFieldStart(options.table());
            json.writeBooleanField("ConsistentRead", true);
            json.writeStringField("ProjectionExpression", "pk, heldBy");
            json.writeArrayFieldStart("Keys");
            for (var slot : slots) {
                json.writeRawValue(new Item().text(SessionItem.KEY, slot).json());
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
        });
        String what = "looking for a free slot in " + options.table();
        var reply =
                attempts(what).answer(timeout -> api.call("BatchGetItem", body, timeout), DynamoSessionStore::judge);
        if (reply.status() != 200) {
            throw refused(what, reply);
        }
        try {
            var json = JsonApi.read(reply);
            var held = new HashSet<String>();
            // Both have one member a table, and there is one table.
            for (var table : members(json.object("Responses"))) {
                for (var element :
                        json.object("Responses").orElseThrow().list(table).orElse(List.of())) {
                    if (element instanceof JsonObject item && item.has(HELD_BY)) {
                        held.add(Item.reader(item).required(SessionItem.KEY));
                    }
                }
            }
            for (var table : members(json.object("UnprocessedKeys"))) {
                var unread = json.object("UnprocessedKeys").orElseThrow().object(table);
                for (var element : unread.orElseThrow().list("Keys").orElse(List.of())) {
                    if (element instanceof JsonObject key) {
                        held.add(Item.reader(key).required(SessionItem.KEY));
                    }
                }
            }
            return held;
        } catch (StrictJsonException | IllegalArgumentException e) {
            throw new PeerException(Peer.STATE, Outcome.NOT_DONE, what + ": the answer was not understood", e);
        }
    }

    private static Set<String> members(Optional<JsonObject> json) {
        return json.map(JsonObject::names).orElse(Set.of());
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
    public boolean extend(Session from, Instant to) throws PeerException {
        var session = from.id();
        var values = new Item()
                .text(":active", SessionStatus.ACTIVE.name())
                .text(":from", from.expiresAt().toString())
                .number(":was", from.renewed())
                .text(":to", to.toString())
                .number(":is", from.renewed() + 1L)
                .number(":due", SessionItem.dueAt(to));
        // The count as well as the lease's end: at the window, the end stays where it is however often it is renewed.
        var update = update(
                session,
                "SET expiresAt = :to, dueAt = :due, renewed = :is",
                "#status = :active AND expiresAt = :from AND (attribute_not_exists(renewed) OR renewed = :was)",
                values);
        return moved(
                session,
                "extending session " + session,
                update,
                s -> s.status() == SessionStatus.ACTIVE
                        && s.expiresAt().equals(to)
                        && s.renewed() == from.renewed() + 1);
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
    public void ended(Session session, Instant forgetAt) throws PeerException {
        var id = session.id();
        String what = "closing session " + id;
        if (session.slot().isPresent() && endedWithSlot(session, session.slot().getAsInt(), forgetAt, what)) {
            return;
        }
        var update = update(id, CLOSE, CLOSABLE, closing(forgetAt));
        boolean isEnded = settled(id, what, update, DynamoSessionStore::isEnded)
                .filter(DynamoSessionStore::isEnded)
                .isPresent();
        if (!isEnded) {
            throw notClosable(what);
        }
    }

    /** False if the slot is not the session's own, and nothing was written. */
    private boolean endedWithSlot(Session session, int slot, Instant forgetAt, String what) throws PeerException {
        var id = session.id();
        // Without a name of its own: the conditions let it happen once, and a later caller brings another forgetAt.
        var body = JsonText.object(json -> {
            json.writeArrayFieldStart("TransactItems");
            change(json, key(id), CLOSE, CLOSABLE, closing(forgetAt), true);
            var held = new Item()
                    .text(SessionItem.KEY, SessionItem.slotKey(session.intent().grant(), slot));
            change(json, held, "REMOVE heldBy", "heldBy = :holder", new Item().text(":holder", id.text()), false);
            json.writeEndArray();
        });
        try {
            var reply = attempts(what)
                    .answer(timeout -> api.call("TransactWriteItems", body, timeout), DynamoSessionStore::judge);
            if (reply.status() == 200) {
                return true;
            }
            if (!JsonApi.error(reply).equals("TransactionCanceledException")) {
                throw refused(what, reply);
            }
            var reasons = JsonApi.read(reply).list("CancellationReasons").orElse(List.of());
            if (failed(reasons, 0)) {
                if (find(id).filter(DynamoSessionStore::isEnded).isEmpty()) {
                    throw notClosable(what);
                }
                return true;
            }
            if (failed(reasons, 1)) {
                return false;
            }
            throw new PeerException(Peer.STATE, Outcome.REFUSED, what + ": cancelled, for a reason not understood");
        } catch (StrictJsonException e) {
            throw new PeerException(Peer.STATE, Outcome.REFUSED, what + ": cancelled, for a reason not understood", e);
        } catch (PeerException e) {
            if (e.outcome() == Outcome.UNKNOWN
                    && find(id).filter(DynamoSessionStore::isEnded).isPresent()) {
                return true;
            }
            throw e;
        }
    }

    private static boolean isEnded(Session session) {
        return session.status() == SessionStatus.ENDED;
    }

    private static PeerException notClosable(String what) {
        return new PeerException(
                Peer.STATE, Outcome.REFUSED, what + ": it is not ENDING with the catalog's reading noted");
    }

    private static Item closing(Instant forgetAt) {
        return new Item()
                .text(":ending", SessionStatus.ENDING.name())
                .text(":ended", SessionStatus.ENDED.name())
                .number(":forget", SessionItem.forgetAt(forgetAt));
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
        return new Item()
                .text(SessionItem.KEY, reader.required(SessionItem.KEY))
                .text(SessionItem.SHARD, reader.required(SessionItem.SHARD))
                .number(
                        SessionItem.DUE_AT,
                        Long.parseLong(last.object(SessionItem.DUE_AT)
                                .orElseThrow(() -> new IllegalArgumentException("dueAt is missing"))
                                .text("N")
                                .orElse("")))
                .json();
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
            status(json);
            values.write(json, "ExpressionAttributeValues");
            json.writeStringField("ReturnValues", "ALL_NEW");
            json.writeStringField("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
        });
    }

    private void change(JsonGenerator json, Item key, String change, String condition, Item values, boolean namesStatus)
            throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("Update");
        json.writeStringField("TableName", options.table());
        key.write(json, "Key");
        json.writeStringField("UpdateExpression", change);
        json.writeStringField("ConditionExpression", condition);
        if (namesStatus) {
            status(json);
        }
        values.write(json, "ExpressionAttributeValues");
        json.writeEndObject();
        json.writeEndObject();
    }

    /** {@code status} is a reserved word (DynamoDB, "Reserved words"); a name that no expression uses is an error. */
    private static void status(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("ExpressionAttributeNames");
        json.writeStringField("#status", SessionItem.STATUS);
        json.writeEndObject();
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
