package dev.daypass.deployer.postgres;

class Postgres14IT extends PostgresLifecycle {
    Postgres14IT() {
        super(14);
    }
}
