package dev.daypass.grants;

import dev.daypass.configuration.Configuration;
import dev.daypass.grant.GrantRules;
import dev.daypass.grant.GrantRules.Judgement;
import dev.daypass.grants.GrantCase.Expected;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The cases beside the grants of a folder, and what the documents make of them: by the same rules as the functions, without any
 * server.
 *
 * @param documents the documents
 * @param cases in the order of files, and within a file of its lines
 */
public record GrantTests(Documents documents, List<GrantCase> cases) {
    public GrantTests {
        cases = List.copyOf(cases);
    }

    /**
     * What became of a case.
     *
     * @param differences what was expected and is not, with {@code -}, and what is and was not expected, with {@code +}; none if the
     *     case holds
     */
    public record Result(GrantCase tried, List<String> differences) {
        public Result {
            differences = List.copyOf(differences);
        }

        public boolean holds() {
            return differences.isEmpty();
        }
    }

    /**
     * Reads documents and cases.
     *
     * @throws DocumentsRefusedException with every fault of every file
     * @throws UncheckedIOException if a file cannot be read
     */
    public static GrantTests read(Path folder, Map<String, String> variables) {
        var reading = DocumentFolder.read(folder, variables);
        var cases = new ArrayList<GrantCase>();
        reading.cases().values().forEach(cases::addAll);
        return new GrantTests(reading.documents(), cases);
    }

    /** Tries every case. */
    public List<Result> run() {
        var configuration = documents.compile();
        return cases.stream().map(one -> run(configuration, one)).toList();
    }

    private Result run(Configuration configuration, GrantCase one) {
        var policy = configuration.grant(one.grant()).orElseThrow();
        var judgement = GrantRules.judge(
                policy, one.issuer(), claim -> one.claims().getOrDefault(claim, Set.of()), one.ttl(), one.purpose());
        var differences = new ArrayList<String>();
        switch (judgement) {
            case Judgement.Allowed _ -> {
                switch (one.expected()) {
                    case Expected.Granted(var reachable) ->
                        reachable.ifPresent(wanted -> compare(wanted, reach(one), differences));
                    case Expected.Refused(var reason) -> {
                        differences.add("- refused: " + reason);
                        differences.add("+ granted");
                    }
                }
            }
            case Judgement.Denied denied -> {
                if (!one.expected().equals(new Expected.Refused(denied.reason().code()))) {
                    differences.add("- "
                            + switch (one.expected()) {
                                case Expected.Granted _ -> "granted";
                                case Expected.Refused(var wanted) -> "refused: " + wanted;
                            });
                    differences.add("+ refused: " + denied.reason().code() + " (" + denied.detail() + ")");
                }
            }
        }
        return new Result(one, differences);
    }

    private Set<String> reach(GrantCase one) {
        var grant =
                Optional.ofNullable(documents.grants().get(one.grant().text())).orElseThrow();
        var reach = new TreeSet<String>();
        Reach.of(grant).forEach(thing -> reach.add(thing.toString()));
        return reach;
    }

    private static void compare(Set<String> wanted, Set<String> reach, List<String> differences) {
        var all = new TreeSet<>(wanted);
        all.addAll(reach);
        for (var thing : all) {
            if (!reach.contains(thing)) {
                differences.add("- " + thing);
            } else if (!wanted.contains(thing)) {
                differences.add("+ " + thing);
            }
        }
    }
}
