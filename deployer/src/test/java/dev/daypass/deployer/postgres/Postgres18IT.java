package dev.daypass.deployer.postgres;

class Postgres18IT extends PostgresLifecycle {
    Postgres18IT() {
        super(18);
    }
}
