package dev.anillo.bench.profile;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The JDK's program that asks running JVMs. What it asks they do themselves: a file that they write has their rights.
final class Jcmd {
    /// A JVM that is stopped never answers.
    private static final int ANSWER_SECONDS_MAX = 30;
    private static final Pattern EXCEPTION = Pattern.compile("^[\\w.]+(Exception|Error): ");

    private final Path program;
    private final long pid;

    Jcmd(Path program, long pid) {
        this.program = program;
        this.pid = pid;
    }

    /// @param javaHome of the JVM that asks; it is a JRE's if the program is not there
    /// @param path the environment's PATH
    static Path find(Path javaHome, String path) throws IOException {
        var own = javaHome.resolve("bin");
        var onPath = Stream.of(path.split(File.pathSeparator)).filter(name -> !name.isEmpty()).map(Path::of);
        return Stream.concat(Stream.of(own), onPath).map(directory -> directory.resolve("jcmd")).filter(Files::isExecutable).findFirst()
                .orElseThrow(() -> new IOException("no jcmd in " + own + " nor on PATH: profiles need a JDK, a JRE is not enough"));
    }

    /// @return the answer, without the line that repeats the process's number
    /// @throws IOException with one line when there is none
    String ask(String... question) throws IOException, InterruptedException {
        if (ProcessHandle.of(pid).isEmpty()) throw new IOException("no process " + pid);
        var command = new ArrayList<>(List.of(program.toString(), Long.toString(pid)));
        command.addAll(List.of(question));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("JAVA_TOOL_OPTIONS"); // the JVM would remark on it among the answer
        var asking = builder.start();
        var end = CompletableFuture.delayedExecutor(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
        end.execute(asking::destroyForcibly);
        var answer = new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                .filter(line -> !line.equals(pid + ":")).toList();
        if (asking.waitFor() != 0) {
            throw new IOException("process " + pid + " does not let jcmd in, which needs a JVM of the same user: "
                    + reason(answer));
        }
        return String.join("\n", answer);
    }

    private static String reason(List<String> answer) {
        return answer.stream().findFirst().map(line -> EXCEPTION.matcher(line).replaceFirst(""))
                .orElse("no answer in " + ANSWER_SECONDS_MAX + " s");
    }
}
