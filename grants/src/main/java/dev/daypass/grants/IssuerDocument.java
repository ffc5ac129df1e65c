package dev.daypass.grants;

import dev.daypass.identity.SignatureAlgorithm;
import dev.daypass.identity.TrustedIssuer;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * {@code issuers/<name>.yaml}: how far one identity provider is trusted. Every loosening is spelt {@code allow…} and is
 * off unless said; {@code singleUse} has to be said either way.
 *
 * @param trusted the issuer, as the functions know it
 */
public record IssuerDocument(TrustedIssuer trusted) {
    private static final Duration LONGEST_TOKEN_AGE = Duration.ofHours(24);

    /** The issuer's name in grants. */
    public String name() {
        return trusted.name();
    }

    static Form<IssuerDocument> form(String fileName, Collection<String> issuersBefore) {
        return Form.<IssuerDocument>fields(fields -> read(fields, fileName))
                .which(
                        "another document trusts the same issuer already; one document an issuer",
                        document -> !issuersBefore.contains(document.trusted().issuer()));
    }

    private static Optional<IssuerDocument> read(Fields fields, String fileName) {
        var name =
                fields.required("name", Names.name().which("expected the file's name: " + fileName, fileName::equals));
        var issuer = fields.required("issuer", Form.words(512));
        var audience = fields.required("audience", Form.words(512));
        var allowAudienceList = fields.loosened("allowAudienceList");
        var types = fields.optional("types", Form.list(1, Form.words(64)), List.of());
        var allowAbsentType = fields.loosened("allowAbsentType");
        var algorithms = fields.required(
                "algorithms", Form.list(1, Form.oneOf(SignatureAlgorithm.values(), SignatureAlgorithm::jwsName)));
        var allowPlainHttpJwks = fields.loosened("allowPlainHttpJwks");
        var jwksUri = fields.required("jwksUri", address(allowPlainHttpJwks.orElse(false)));
        var agentClaim = fields.required("agentClaim", Names.claim());
        var ownerClaim = fields.required("ownerClaim", Names.claim());
        var allowOwnerless = fields.loosened("allowOwnerless");
        var actorClaim = fields.optional("actorClaim", Names.claim());
        var singleUse = fields.required("singleUse", Form.yesOrNo());
        var maxTokenAge = fields.required("maxTokenAge", Form.duration(Duration.ofSeconds(1), LONGEST_TOKEN_AGE));
        var clockSkew = fields.required("clockSkew", Form.duration(Duration.ZERO, TrustedIssuer.MAX_CLOCK_SKEW));
        if (types.isPresent() && types.get().isEmpty() && !allowAbsentType.orElse(true)) {
            fields.refuse("the field types is missing; accepted: a list such as [JWT], or allowAbsentType: true");
            return Optional.empty();
        }
        if (name.isEmpty()
                || issuer.isEmpty()
                || audience.isEmpty()
                || allowAudienceList.isEmpty()
                || types.isEmpty()
                || allowAbsentType.isEmpty()
                || algorithms.isEmpty()
                || allowPlainHttpJwks.isEmpty()
                || jwksUri.isEmpty()
                || agentClaim.isEmpty()
                || ownerClaim.isEmpty()
                || allowOwnerless.isEmpty()
                || actorClaim.isEmpty()
                || singleUse.isEmpty()
                || maxTokenAge.isEmpty()
                || clockSkew.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new IssuerDocument(new TrustedIssuer(
                name.get(),
                issuer.get(),
                audience.get(),
                allowAudienceList.get(),
                Form.set(types.get()),
                allowAbsentType.get(),
                Form.set(algorithms.get()),
                jwksUri.get(),
                allowPlainHttpJwks.get(),
                agentClaim.get(),
                ownerClaim.get(),
                allowOwnerless.get(),
                actorClaim.get(),
                singleUse.get(),
                maxTokenAge.get(),
                clockSkew.get(),
                "jwt-" + name.get())));
    }

    private static Form<URI> address(boolean plainToo) {
        return Form.text(
                plainToo ? "an http or https address" : "an https address (http only with allowPlainHttpJwks: true)",
                text -> parse(text)
                        .filter(uri -> uri.getHost() != null
                                && uri.getUserInfo() == null
                                && ("https".equals(uri.getScheme()) || plainToo && "http".equals(uri.getScheme()))));
    }

    private static Optional<URI> parse(String text) {
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
