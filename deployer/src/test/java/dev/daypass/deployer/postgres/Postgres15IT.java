package dev.daypass.deployer.postgres;

class Postgres15IT extends PostgresLifecycle {
    Postgres15IT() {
        super(15);
    }
}
