package dev.daypass.benchmarks;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.daypass.configuration.Configuration;
import dev.daypass.functions.identity.BearerToken;
import dev.daypass.functions.identity.JwksCache;
import dev.daypass.functions.identity.JwksFetcher;
import dev.daypass.functions.identity.TokenVerifier;
import dev.daypass.functions.identity.Verification;
import dev.daypass.identity.SignatureAlgorithm;
import dev.daypass.identity.TrustedIssuer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What verifying an agent's token costs, against references in the same run: warm, ES256 with all claims against the bare
 * check of the same signature by the platform; cold, the first verification of a fresh JVM against Nimbus' and against
 * that bare check.
 *
 * <p>Without an argument it does both. {@code cold-ours FILE} and the like are its own children: they print the
 * nanoseconds of CPU that the first verification took.
 */
public final class TokenVerificationBenchmark {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final int ROUNDS = 101;
    private static final int PER_ROUND = 200;
    private static final int COLD_RUNS = 15;
    private static final List<String> COLD = List.of("cold-bare", "cold-ours", "cold-nimbus");

    private TokenVerificationBenchmark() {}

    public static void main(String[] args) throws Exception {
        if (args.length == 2) {
            var token = Token.read(Path.of(args[1]));
            cpuNanos(); // Its own classes are not what is measured.
            long start = cpuNanos();
            switch (args[0]) {
                case "cold-bare" -> bare(token);
                case "cold-ours" -> ours(verifier(token.jwks()), token);
                case "cold-nimbus" -> nimbus(token);
                default -> throw new IllegalArgumentException("expected one of " + COLD);
            }
            System.out.println(cpuNanos() - start);
            return;
        }
        var token = Token.create();
        warm(token);
        cold(token);
    }

    /** Rounds of both, in turn and in changing order, so that what else the machine does falls on both alike. */
    private static void warm(Token token) throws Exception {
        var verifier = verifier(token.jwks());
        var key = key(token.spki());
        for (int i = 0; i < 20_000; i++) {
            ours(verifier, token);
            bare(token, key);
        }
        var bareTimes = new ArrayList<Double>();
        var ourTimes = new ArrayList<Double>();
        var ratios = new ArrayList<Double>();
        for (int round = 0; round < ROUNDS; round++) {
            double bare;
            double ours;
            if (round % 2 == 0) {
                bare = bareRound(token, key);
                ours = ourRound(verifier, token);
            } else {
                ours = ourRound(verifier, token);
                bare = bareRound(token, key);
            }
            bareTimes.add(bare);
            ourTimes.add(ours);
            ratios.add(ours / bare);
        }
        System.out.printf(
                "warm, ES256, %d rounds of %d, token of %d bytes%n",
                ROUNDS, PER_ROUND, token.text().length());
        print("  bare JCA check, us of CPU", bareTimes);
        print("  with all claims, us of CPU", ourTimes);
        print("  ratio per round", ratios);
    }

    private static double bareRound(Token token, PublicKey key) throws Exception {
        long start = threadNanos();
        for (int i = 0; i < PER_ROUND; i++) {
            bare(token, key);
        }
        return (threadNanos() - start) / 1e3 / PER_ROUND;
    }

    private static double ourRound(TokenVerifier verifier, Token token) {
        long start = threadNanos();
        for (int i = 0; i < PER_ROUND; i++) {
            ours(verifier, token);
        }
        return (threadNanos() - start) / 1e3 / PER_ROUND;
    }

    /** A fresh JVM for every figure, the three kinds in turn. */
    private static void cold(Token token) throws Exception {
        var file = Files.createTempFile("token-verification", ".txt");
        try {
            token.write(file);
            var times = List.of(new ArrayList<Double>(), new ArrayList<Double>(), new ArrayList<Double>());
            for (int run = 0; run < COLD_RUNS; run++) {
                for (int kind = 0; kind < COLD.size(); kind++) {
                    times.get(kind).add(child(COLD.get(kind), file) / 1e6);
                }
            }
            System.out.printf(
                    "cold, first verification of a fresh JVM (-XX:+UseSerialGC -XX:TieredStopAtLevel=1), N=%d%n",
                    COLD_RUNS);
            for (int kind = 0; kind < COLD.size(); kind++) {
                print("  " + COLD.get(kind) + ", ms of CPU", times.get(kind));
            }
        } finally {
            Files.delete(file);
        }
    }

    private static long child(String kind, Path file) throws Exception {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TokenVerificationBenchmark.class.getName(),
                        kind,
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var out = process.inputReader()) {
            var line = out.readLine();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0 || line == null) {
                process.destroyForcibly();
                throw new IllegalStateException(kind + " did not end well");
            }
            return Long.parseLong(line);
        }
    }

    private static void print(String what, List<Double> values) {
        var sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        System.out.printf(
                "%-28s median %8.3f  min %8.3f  max %8.3f%n",
                what, sorted.get(sorted.size() / 2), sorted.getFirst(), sorted.getLast());
    }

    /**
     * Nanoseconds of CPU of all threads that live, so that what the JVM's compiler does counts too. The process' own clock
     * ticks in 10 ms.
     */
    private static long cpuNanos() throws IOException {
        long sum = 0;
        var threads = Path.of("/proc/self/task").toFile().list();
        for (var thread : threads == null ? new String[0] : threads) {
            var line = Files.readString(Path.of("/proc/self/task", thread, "schedstat"));
            sum += Long.parseLong(line.substring(0, line.indexOf(' ')));
        }
        return sum;
    }

    /** Nanoseconds of CPU of this thread: on a shared machine the wall clock tells of the neighbours. */
    private static long threadNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void ours(TokenVerifier verifier, Token token) {
        var result = verifier.verify(BearerToken.parse(token.text()), NOW);
        if (!(result instanceof Verification.Verified)) {
            throw new IllegalStateException(result.toString());
        }
    }

    private static TokenVerifier verifier(String jwks) {
        var issuer = new TrustedIssuer(
                "dev",
                "https://idp.test",
                "https://daypass.test",
                false,
                Set.of("at+jwt"),
                false,
                EnumSet.of(SignatureAlgorithm.ES256),
                URI.create("https://idp.test/jwks"),
                false,
                "agent",
                "owner",
                false,
                Optional.of("act"),
                true,
                Duration.ofMinutes(10),
                Duration.ofSeconds(30),
                "jwt-dev");
        var configuration = new Configuration(new TreeMap<>(Map.of("dev", issuer)), new TreeMap<>(), new TreeMap<>());
        var body = jwks.getBytes(StandardCharsets.UTF_8);
        // A class and not a lambda: the first lambda of a JVM costs more than what is measured here.
        var fetcher = new JwksFetcher() {
            @Override
            public byte[] fetch(URI jwksUri, int maxBytes) {
                return body;
            }
        };
        return new TokenVerifier(configuration, new JwksCache(fetcher, JwksCache.Options.DEFAULT));
    }

    /** The reference: one signature check with the platform's means, and nothing else. */
    private static void bare(Token token, PublicKey key) throws GeneralSecurityException {
        var text = token.text();
        int dot = text.lastIndexOf('.');
        var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initVerify(key);
        signature.update(text.substring(0, dot).getBytes(StandardCharsets.ISO_8859_1));
        if (!signature.verify(Base64.getUrlDecoder().decode(text.substring(dot + 1)))) {
            throw new IllegalStateException("the signature does not verify");
        }
    }

    private static void bare(Token token) throws GeneralSecurityException {
        bare(token, key(token.spki()));
    }

    private static PublicKey key(String spki) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(spki)));
    }

    private static void nimbus(Token token) throws Exception {
        var jwt = SignedJWT.parse(token.text());
        var key = JWKSet.parse(token.jwks()).getKeyByKeyId(jwt.getHeader().getKeyID());
        if (!jwt.verify(new ECDSAVerifier(key.toECKey()))
                || !"https://idp.test".equals(jwt.getJWTClaimsSet().getIssuer())) {
            throw new IllegalStateException("not verified");
        }
    }

    /** One token, and its key in both spellings. */
    private record Token(String text, String jwks, String spki) {
        static Token create() throws GeneralSecurityException {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var pair = generator.generateKeyPair();
            long now = NOW.getEpochSecond();
            var input = base64("{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"k1\"}")
                    + "."
                    + base64(
                            "{\"iss\":\"https://idp.test\",\"aud\":\"https://daypass.test\",\"sub\":\"service-account-7\","
                                    + "\"agent\":\"support-bot\",\"owner\":\"team-payments\",\"jti\":\"0b7c1f0e-6a52-4d53\","
                                    + "\"act\":{\"sub\":\"runner-3\"},\"groups\":[\"support\",\"oncall\"],\"env\":\"prod\",\"iat\":"
                                    + (now - 60) + ",\"nbf\":" + (now - 60) + ",\"exp\":" + (now + 300) + "}");
            var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(pair.getPrivate());
            signature.update(input.getBytes(StandardCharsets.US_ASCII));
            var point = ((ECPublicKey) pair.getPublic()).getW();
            var jwks =
                    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\"k1\",\"x\":\""
                            + base64(coordinate(point.getAffineX())) + "\",\"y\":\""
                            + base64(coordinate(point.getAffineY()))
                            + "\"}]}";
            var spki = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
            return new Token(input + "." + base64(signature.sign()), jwks, spki);
        }

        void write(Path file) throws IOException {
            Files.writeString(file, text + "\n" + jwks + "\n" + spki + "\n");
        }

        static Token read(Path file) throws IOException {
            var lines = Files.readAllLines(file);
            return new Token(lines.get(0), lines.get(1), lines.get(2));
        }

        private static String base64(String text) {
            return base64(text.getBytes(StandardCharsets.UTF_8));
        }

        private static String base64(byte[] bytes) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }

        private static byte[] coordinate(BigInteger value) {
            var bytes = value.toByteArray();
            var padded = new byte[32];
            int from = Math.max(0, bytes.length - 32);
            System.arraycopy(bytes, from, padded, 32 - (bytes.length - from), bytes.length - from);
            return padded;
        }
    }
}
