package dev.daypass.benchmarks;

import dev.daypass.grant.GrantName;
import dev.daypass.testbed.CardPaymentSchema;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

/** A warm vend against the same peer calls made bare, and against what PostgreSQL alone needs to make a role. */
final class WarmVend {
    private static final int WARM_UP = 60;
    private static final int ROUNDS = 41;

    private final Setting setting;

    WarmVend(Setting setting) {
        this.setting = setting;
    }

    void run() throws IOException, InterruptedException, SQLException {
        var vend = new Figures();
        var bare = new Figures();
        var role = new Figures();
        var overBare = new Figures();
        var options = setting.options(
                setting.warmRoot(), WarmVendHandler.class.getName(), setting.vendVariables(), "", false);
        try (var environment = Environment.start(setting.reaper(), options, "");
                var owner = setting.daypass().postgres().ownerConnection(CardPaymentSchema.DATABASE)) {
            owner.setAutoCommit(false);
            for (int i = 0; i < WARM_UP; i++) {
                vend(environment);
                bare(environment);
                role(owner, i);
            }
            for (int i = 0; i < ROUNDS; i++) {
                // In changing order, so that neither always follows the other.
                boolean vendFirst = i % 2 == 0;
                double first = vendFirst ? vend(environment) : bare(environment);
                double second = vendFirst ? bare(environment) : vend(environment);
                double vended = vendFirst ? first : second;
                double bared = vendFirst ? second : first;
                vend.add(vended);
                bare.add(bared);
                overBare.add(vended / bared);
                role.add(role(owner, i));
            }
        }
        System.out.println("\nWarm vend, ms, in one process, requests in hand to answer in hand:");
        System.out.printf("  vend                       %s%n", vend);
        System.out.printf("  its peer calls, bare       %s%n", bare);
        System.out.printf("  CREATE ROLE and GRANT only %s%n", role);
        System.out.printf(
                "  vend / bare: %s; by rounds %.2f (aim 1.2)%n", Figures.ratio(vend, bare), overBare.median());
        System.out.printf("  vend / CREATE ROLE: %s (no aim)%n", Figures.ratio(vend, role));
    }

    private double vend(Environment environment) throws InterruptedException {
        return millis(environment.invoke("vend\n" + setting.vendEvent(), "nanos "));
    }

    private double bare(Environment environment) throws InterruptedException {
        return millis(environment.invoke("bare\n" + setting.daypass().token(), "nanos "));
    }

    private static double millis(String answer) {
        return Long.parseLong(answer.substring("nanos ".length())) / 1e6;
    }

    /** One transaction as OpenBao runs it, with a ready verifier's cost left to the server. */
    private static double role(Connection owner, int number) throws SQLException {
        String name = "benchmark_" + number;
        try (var statement = owner.createStatement()) {
            long start = System.nanoTime();
            statement.execute("CREATE ROLE " + name + " LOGIN PASSWORD 'benchmark' VALID UNTIL '"
                    + Instant.now().plusSeconds(5) + "' CONNECTION LIMIT 2");
            statement.execute("GRANT " + new GrantName(Setting.GRANT).groupRole() + " TO " + name);
            owner.commit();
            double millis = (System.nanoTime() - start) / 1e6;
            statement.execute("DROP ROLE " + name);
            owner.commit();
            return millis;
        }
    }
}
