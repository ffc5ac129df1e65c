package dev.daypass.functions.wiring;

import dagger.Module;
import dagger.Provides;
import dev.daypass.functions.aws.LambdaEndings;
import dev.daypass.functions.aws.LambdaInvoker;
import dev.daypass.functions.aws.SignedRequests;
import dev.daypass.functions.vault.DriverMint;
import dev.daypass.functions.vault.Mint;
import dev.daypass.functions.vend.Endings;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What only the function that mints has. */
@Module
final class VendModule {
    // Login and session token are Vault's own business; the mint waits for the database. No mint begins later than 8 s
    // after the session's beginning (VendService): slow peers end in a refusal, not in a mint that nobody waits for.
    private static final Duration VAULT_CALL = Duration.ofSeconds(3);
    private static final Duration MINT = Duration.ofSeconds(6);

    /** A synchronous revoke and the look at the catalog. */
    private static final Duration ENDING = Duration.ofSeconds(10);

    private VendModule() {}

    @Provides
    @Singleton
    static ExecutorService sideBySide() {
        return Executors.newFixedThreadPool(3, task -> {
            var thread = new Thread(task, "beside-the-login");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Provides
    @Singleton
    static Mint mint(Settings settings, @Named("vault") HttpClient vault) {
        return new DriverMint(
                vault, new DriverMint.Options(settings.vaultAddress().toString(), VAULT_CALL, MINT));
    }

    @Provides
    @Singleton
    static Endings endings(SignedRequests requests, @Named("sessions") String function) {
        return new LambdaEndings(new LambdaInvoker(requests, LambdaInvoker.Options.sessions(function, ENDING)));
    }
}
