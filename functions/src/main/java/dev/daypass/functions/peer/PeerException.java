package dev.daypass.functions.peer;

/**
 * A peer did not do what was asked. The message is ours and may be shown to an operator: it never holds a token, a
 * password, or a peer's own words, since a peer may echo either.
 */
public final class PeerException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Peer peer;
    private final Outcome outcome;
    private final String message;

    public PeerException(Peer peer, Outcome outcome, String message) {
        super(message);
        this.message = message;
        this.peer = peer;
        this.outcome = outcome;
    }

    public PeerException(Peer peer, Outcome outcome, String message, Throwable cause) {
        // The cause is kept as its class only: drivers put whole response bodies into their messages.
        this(peer, outcome, message + " (" + cause.getClass().getSimpleName() + ")");
    }

    @Override
    public String getMessage() {
        return message;
    }

    public Peer peer() {
        return peer;
    }

    public Outcome outcome() {
        return outcome;
    }

    /** Who it was. */
    public enum Peer {
        /** The locked store. */
        EVIDENCE("evidence_unavailable"),
        /** The table of sessions. */
        STATE("state_unavailable"),
        /** OpenBao or Vault. */
        VAULT("vault_unavailable"),
        /** The database, asked by the witness. */
        DATABASE("database_unavailable"),
        /** The function that ends sessions. */
        SESSIONS("state_unavailable");

        private final String code;

        Peer(String code) {
            this.code = code;
        }

        /** What a caller is told: what is missing, and nothing of where it is. */
        public String code() {
            return code;
        }
    }

    /** What is known of the deed. */
    public enum Outcome {
        /** The peer answered that it did not do it, and will not do it if asked again in the same way. */
        REFUSED,
        /** The peer answered that it did not do it, or was never reached; asking later may help. */
        NOT_DONE,
        /** The request may have been carried out: it was sent, and no answer came that says either. */
        UNKNOWN
    }
}
