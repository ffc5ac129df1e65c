package dev.daypass.deployer.postgres;

class Postgres16IT extends PostgresLifecycle {
    Postgres16IT() {
        super(16);
    }
}
