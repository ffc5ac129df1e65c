package dev.daypass.cli.grants;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.daypass.cli.audit.RecordOptions;
import dev.daypass.cli.audit.TextInForce;
import dev.daypass.cli.console.ExitCode;
import dev.daypass.cli.console.Failure;
import dev.daypass.cli.console.Printable;
import dev.daypass.cli.console.Surroundings;
import dev.daypass.cli.options.Converters;
import dev.daypass.session.SessionId;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code daypass grants explain}. */
@Command(
        name = "explain",
        description = {
            "Print the exact text of the grant under which a session ran, from the record: the intent names its digest, and the"
                    + " configuration that was locked before holds it. Both digests are checked.",
            "Whether the intent itself is as it was sealed is what daypass audit verify says."
        })
public final class ExplainCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "SESSION", converter = Converters.OfSessionId.class, description = "The session.")
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private SessionId session;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private RecordOptions record;

    @ArgGroup
    private Output output = new Output();

    /** At most one of them. */
    static final class Output {
        @Option(names = "--json", description = "One JSON object in place of text.")
        private boolean json;

        @Option(
                names = "--raw",
                description = "The document's bytes and nothing else: their SHA-256 is the grant's digest.")
        private boolean raw;
    }

    public ExplainCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Failure {
        var inForce = TextInForce.of(record, session);
        surroundings.out().print(output.raw ? inForce.text() : output.json ? json(inForce) : text(inForce));
        surroundings.out().flush();
        return ExitCode.OK;
    }

    private static String text(TextInForce inForce) {
        var intent = inForce.intent();
        var out = new StringBuilder();
        line(out, "session", said(intent, "session"));
        line(out, "agent", said(intent, "agent"));
        line(out, "owner", intent.path("owner").isTextual() ? said(intent, "owner") : "nobody (allowOwnerless)");
        line(out, "issuer", said(intent, "issuer"));
        line(out, "purpose", intent.path("purpose").isTextual() ? said(intent, "purpose") : "none was given");
        line(out, "began", said(intent, "createdAt"));
        line(out, "window", "until " + said(intent, "window"));
        line(out, "grant", said(intent, "grant") + " version " + said(intent, "grantVersion"));
        line(out, "digest", said(intent, "grantDigest"));
        line(out, "database", said(intent, "database"));
        var scope = new ArrayList<String>();
        intent.path("scope").forEach(one -> scope.add(one.asText()));
        scope.forEach(one -> line(out, "scope", Printable.line(one, 400)));
        line(out, "intent", Printable.of(inForce.intentKey()));
        line(out, "text in", inForce.configurationKey());
        String printable = Printable.text(inForce.text());
        if (!printable.equals(inForce.text())) {
            line(out, "note", "characters that could steer a terminal are shown as ?; --raw has the text as it is");
        }
        return out.append(printable)
                .append(printable.endsWith("\n") ? "" : "\n")
                .toString();
    }

    /** Lines that are comments in YAML, so that the whole is still the document. */
    private static void line(StringBuilder out, String name, String value) {
        out.append("# ")
                .append(name)
                .append(" ".repeat(Math.max(1, 10 - name.length())))
                .append(value)
                .append('\n');
    }

    private static String said(JsonNode intent, String member) {
        return Printable.line(intent.path(member).asText("(not said)"), 200);
    }

    private static String json(TextInForce inForce) {
        var json = JsonNodeFactory.instance.objectNode();
        json.set("intent", inForce.intent());
        json.put("intentKey", inForce.intentKey());
        json.put("configurationKey", inForce.configurationKey());
        json.put("text", inForce.text());
        return json.toPrettyString() + "\n";
    }
}
