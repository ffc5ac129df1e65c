package dev.daypass.functions.witness;

import dev.daypass.database.Database;
import dev.daypass.database.Engine;
import dev.daypass.evidence.Canary;
import dev.daypass.functions.peer.PeerException;
import dev.daypass.functions.vault.Broker;
import dev.daypass.session.SessionUser;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The witness of each engine, made when a database of that engine is first looked at: a driver that is not used is not loaded. */
public final class Witnesses implements Witness, Canaries {
    private final Broker broker;
    private final Clock clock;
    private final Map<Engine, Both> made = new EnumMap<>(Engine.class);

    public Witnesses(Broker broker, Clock clock) {
        this.broker = broker;
        this.clock = clock;
    }

    @Override
    public Sighting look(Database database, SessionUser user) throws PeerException {
        return of(database).witness().look(database, user);
    }

    @Override
    public List<SessionUser> sessionUsers(Database database) throws PeerException {
        return of(database).witness().sessionUsers(database);
    }

    @Override
    public Map<SessionUser, Integer> cancelOverlong(Database database, Map<SessionUser, Duration> longest)
            throws PeerException {
        return of(database).witness().cancelOverlong(database, longest);
    }

    @Override
    public void run(Database database, Canary canary) throws PeerException {
        of(database).canaries().run(database, canary);
    }

    private synchronized Both of(Database database) {
        return made.computeIfAbsent(database.engine(), engine -> switch (engine) {
            case POSTGRESQL -> {
                var postgres = new PostgresWitness(broker, clock);
                yield new Both(postgres, postgres);
            }
            case MARIADB -> {
                var mariaDb = new MariaDbWitness(broker, clock);
                yield new Both(mariaDb, mariaDb);
            }
        });
    }

    private record Both(Witness witness, Canaries canaries) {}
}
