package dev.anillo.bench.gate;

import dev.anillo.bench.compare.CompareOptions;
import dev.anillo.bench.compare.Workshop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `./anillo bench gate --base REF|DIR|JAR --head REF|DIR|JAR`: whether a change makes the server slower.
@Command(name = "gate", sortOptions = false, mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = GateCommand.NOT_COMPARED,
        description = "Builds two states of a server, compares them, and fails only for a loss that is both significant and"
                + " larger than a floor.",
        exitCodeListHeading = "Status:%n", exitCodeList = {
            "0:no loss, and one that matters would have been seen",
            "1:head is worse: slower, dearer, or it fails where base does not",
            "2:nothing could be compared: the command line is wrong, a build fails, base does not start",
            "3:the machine is too noisy, or the time too short, to tell"})
public final class GateCommand implements Callable<Integer> {
    static final int NOT_COMPARED = 2;

    @Option(names = "--base", required = true, paramLabel = "REF|DIR|JAR", description = "What there is: a commit (built in"
            + " a work tree of its own), a directory (built where it is), or a jar")
    private String base;

    @Option(names = "--head", required = true, paramLabel = "REF|DIR|JAR", description = "What is to come in its place")
    private String head;

    @Option(names = "--build", paramLabel = "COMMAND", description = "for sh, in the directory (default: nothing is built)")
    private String build;

    @Option(names = "--start", required = true, paramLabel = "COMMAND", description = "for sh, in the directory: {port} stands"
            + " for the port to listen on, as $PORT does in its environment, and {jar} for the jar")
    private String start;

    @Option(names = "--head-start", paramLabel = "COMMAND", description = "where head starts otherwise")
    private String headStart;

    @Option(names = "--repository", paramLabel = "DIR", defaultValue = ".",
            description = "of the commits (default: the current directory)")
    private Path repository;

    @Option(names = "--rule", paramLabel = "METRIC@LOAD=FLOOR[/LIMIT]|off", description = "Losses up to the floor are let"
            + " through, and one of the limit would be seen, or the status is 3. In percent for times, as cpu@peak=2/5; may be"
            + " given several times")
    private List<String> changes = List.of();

    @Mixin
    private CompareOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        var rules = rules();
        try (var workshop = new Workshop()) {
            var ofBase = new Build(build, start, repository, workshop.directory());
            var ofHead = new Build(build, headStart == null ? start : headStart, repository, workshop.directory());
            try {
                return judged(ofBase, ofHead, rules, workshop);
            } finally {
                ofBase.removeWorkTrees();
            }
        } catch (IOException failed) {
            spec.commandLine().getErr().println("gate: nothing was compared: " + failed.getMessage());
            return NOT_COMPARED;
        }
    }

    private int judged(Build ofBase, Build ofHead, List<Rule> rules, Workshop workshop) throws IOException, InterruptedException {
        var verdicts = new ArrayList<Verdict>();
        options.run(ofBase.contender("base", base), ofHead.contender("head", head), workshop, comparison -> {
            verdicts.add(new Judge(comparison, rules).verdict());
            return Optional.of(verdicts.getFirst());
        });
        var verdict = verdicts.getFirst();
        IO.println(verdict.outcome() + ": " + verdict.why());
        return verdict.outcome().status();
    }

    private List<Rule> rules() {
        try {
            var rules = Rule.defaults(options.middle());
            for (var change : changes) rules = Rule.changed(rules, change);
            return rules;
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage());
        }
    }
}
