package dev.daypass.deployer.rollout;

import dev.daypass.deployer.live.AppliedGrant;
import dev.daypass.deployer.live.GrantChange;
import dev.daypass.deployer.live.GrantChange.Effect;
import dev.daypass.grants.GrantDocument.WhenNarrowed;
import dev.daypass.session.SessionUser;
import dev.daypass.vaultpolicies.VaultChange;
import dev.daypass.vaultpolicies.VaultOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything that has to change for one grant in one database, for a database's set-up, for an issuer, or for Vault as a whole.
 *
 * @param subject what it is for
 * @param database the database's name in the documents; empty where it is about Vault alone
 * @param effect what it means for sessions
 * @param narrowing what the applied text allowed and the document does not, a phrase each; empty unless {@code effect} is NARROWS
 * @param whenNarrowed how the applied text wants its sessions to end
 * @param window how long a session of the applied text lives at most
 * @param inDatabase what changes there
 * @param inVault what changes there, in order
 * @param live the session users that are there now; empty where nothing is narrowed
 * @param applied what the ledger says
 */
public record PlannedChange(
        VaultOwner subject,
        Optional<String> database,
        Effect effect,
        List<String> narrowing,
        WhenNarrowed whenNarrowed,
        Duration window,
        Optional<GrantChange> inDatabase,
        List<VaultChange> inVault,
        List<SessionUser> live,
        Optional<AppliedGrant> applied) {
    public PlannedChange {
        narrowing = List.copyOf(narrowing);
        inVault = List.copyOf(inVault);
        live = List.copyOf(live);
    }

    /** Whether live sessions have to be gone before it is made. */
    public boolean waitsForSessions() {
        return effect == Effect.NARROWS || effect == Effect.REMOVES;
    }

    /** When the last of these sessions is over at the latest, by the applied text. */
    public Optional<Instant> latestEnd(List<SessionUser> users) {
        return users.stream()
                .map(user -> user.session().createdAt().plus(window))
                .max(Instant::compareTo);
    }

    PlannedChange with(List<VaultChange> vault) {
        return new PlannedChange(
                subject, database, effect, narrowing, whenNarrowed, window, inDatabase, vault, live, applied);
    }
}
