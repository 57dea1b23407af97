package dev.anillo.bench.compare;

import dev.anillo.bench.report.MarkdownReport;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `./anillo bench compare A B`: two servers, side by side.
@Command(name = "compare", sortOptions = false, mixinStandardHelpOptions = true,
        description = "Runs two servers in turns, each time in a new process, and tells by how much they differ.",
        exitCodeListHeading = "Status:%n", exitCodeList = {
            "0:they were compared",
            "1:one of them does not start, or does not answer as it should",
            "2:the command line is wrong"})
public final class CompareCommand implements Callable<Integer> {
    private static final int FAILED = 1;

    @Parameters(index = "0", paramLabel = "A", description = "Start line of a server: {port} stands for the port to listen on,"
            + " as $PORT does in its environment")
    private String base;

    @Parameters(index = "1", paramLabel = "B", description = "Start line of the other")
    private String head;

    @Option(names = "--names", paramLabel = "A,B", split = ",", arity = "1", defaultValue = "A,B",
            description = "in the report (default ${DEFAULT-VALUE})")
    private String[] names;

    @Mixin
    private CompareOptions options;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (var workshop = new Workshop()) {
            var comparison = options.run(new Contender(names[0], base), new Contender(names[names.length - 1], head), workshop,
                    _ -> Optional.empty());
            IO.println(MarkdownReport.of(comparison, Optional.empty()));
            return comparison.forks().stream().allMatch(fork -> fork.problem() == null) ? 0 : FAILED;
        }
    }
}
