package dev.anillo.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `./anillo bench compare A B`.
@Command(name = "compare", sortOptions = false, mixinStandardHelpOptions = true)
public final class CompareCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "A")
    private String base;

    @Parameters(index = "1", paramLabel = "B")
    private String head;

    @Mixin
    private CompareOptions options;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var scratch = Files.createTempDirectory("anillo-compare-");
        var compare = new Compare(options.plan(), new Contender("A", base), new Contender("B", head), scratch, System.err::println);
        var outcome = compare.run();
        for (var v : outcome.visible()) IO.println("visible " + v);
        for (var c : outcome.changes()) IO.println(String.format("%-6s %-10s %10.2f %10.2f  %8.4f [%8.4f, %8.4f]", c.load(), c.metric(), c.base(), c.head(), c.interval().estimate(), c.interval().low(), c.interval().high()));
        IO.println(outcome.seconds());
        return 0;
    }
}
