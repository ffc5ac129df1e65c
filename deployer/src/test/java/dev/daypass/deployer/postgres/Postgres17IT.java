package dev.daypass.deployer.postgres;

class Postgres17IT extends PostgresLifecycle {
    Postgres17IT() {
        super(17);
    }
}
