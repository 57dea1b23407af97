package dev.anillo.bench;

import dev.anillo.bench.compare.CompareCommand;
import dev.anillo.bench.gate.GateCommand;
import dev.anillo.bench.load.LoadCommand;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `./anillo bench …`, and `java -jar anillo-bench.jar …` without the repository.
@Command(name = "bench", subcommands = {LoadCommand.class, CompareCommand.class, GateCommand.class}, mixinStandardHelpOptions = true,
        description = "Measures HTTP servers: Anillo and others.")
public final class Main {
    private static final int FAILED = 1;
    private static final int BROKEN = 2;

    private Main() {}

    public static void main(String[] arguments) {
        try {
            System.exit(commandLine().execute(arguments));
        } catch (Error broken) { // 1 says something of a server
            broken.printStackTrace();
            System.exit(BROKEN);
        }
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(Main::tell);
    }

    /// A failure of the system or of the server is one line; anything else is our mistake, and shows where.
    private static int tell(Exception problem, CommandLine command, CommandLine.ParseResult given) throws Exception {
        if (!(problem instanceof IOException)) throw problem;
        command.getErr().println(command.getCommandName() + ": " + problem.getMessage());
        return FAILED;
    }
}
