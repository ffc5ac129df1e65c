package dev.daypass.audit.join;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import dev.daypass.audit.store.LockedStore;
import dev.daypass.digest.Sha256;
import dev.daypass.evidence.ObjectKey;
import dev.daypass.evidence.ObjectKey.Place;
import dev.daypass.grant.GrantName;
import dev.daypass.session.SessionId;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sessions as their locked intents have them: nobody can change those, and each was there before its user. Thread-safe.
 */
public final class StoredSessions implements Sessions {
    private static final JsonFactory JSON = new JsonFactory();

    private final LockedStore store;
    private final Place place;

    public StoredSessions(LockedStore store, Place place) {
        this.store = store;
        this.place = place;
    }

    @Override
    public Optional<SessionFacts> find(SessionId session) {
        var bytes = store.only(ObjectKey.intent(place, session));
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        var members = new HashMap<String, String>();
        try (var json = JSON.createParser(bytes.get())) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    if (json.nextToken() == JsonToken.VALUE_STRING) {
                        members.put(name, json.getText());
                    } else {
                        json.skipChildren();
                    }
                }
            }
        } catch (IOException e) {
            return Optional.empty(); // Whatever it is, it is no intent.
        }
        return session.text().equals(members.get("session")) ? facts(members) : Optional.empty();
    }

    private static Optional<SessionFacts> facts(Map<String, String> members) {
        @Nullable String agent = members.get("agent");
        var grant = GrantName.parse(members.getOrDefault("grant", ""));
        var digest = Sha256.parse(members.getOrDefault("grantDigest", ""));
        return agent == null || grant.isEmpty() || digest.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new SessionFacts(agent, Optional.ofNullable(members.get("owner")), grant.get(), digest.get()));
    }
}
