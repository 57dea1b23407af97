package dev.anillo.bench.gate;

import dev.anillo.bench.compare.Contender;
import dev.anillo.bench.machine.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Makes a contender of what the command line names: a jar, which runs as it is; a directory, which is built where it is; or a
/// commit, which is built in a work tree of its own.
///
/// @param build for sh(1), in the directory; null: nothing is to be built
/// @param start for sh(1), with `{port}`, and `{jar}` for jars
/// @param repository directory of the commits
/// @param scratch for work trees
record Build(String build, String start, Path repository, Path scratch) {
    private static final String JAR = "{jar}";

    Contender contender(String side, String what) throws IOException, InterruptedException {
        if (what.isBlank()) throw new IOException("--" + side + " names nothing: a jar, a directory or a commit is wanted");
        var path = Path.of(what);
        if (what.endsWith(".jar")) return ofJar(side, path);
        return Files.isDirectory(path) ? ofDirectory(side, what, path.toRealPath()) : ofCommit(side, what);
    }

    private Contender ofJar(String side, Path jar) throws IOException {
        if (!Files.isReadable(jar)) throw new IOException(side + ": " + jar + " is no file that can be read");
        if (!start.contains(JAR)) {
            throw new IOException("--start '" + start + "' does not say where the jar belongs: java -jar {jar} --port {port}");
        }
        var whole = jar.toRealPath();
        return new Contender(side, start.replace(JAR, "'" + whole + "'"), whole.getParent(), Map.of());
    }

    private Contender ofDirectory(String side, String name, Path directory) throws IOException, InterruptedException {
        if (build != null) {
            try {
                Shell.run("sh", "-c", "cd '" + directory + "' && " + build);
            } catch (IOException failed) {
                throw new IOException(side + " (" + name + ") can't be built: " + end(failed.getMessage()), failed);
            }
        }
        return new Contender(side, start, directory, Map.of());
    }

    private static String end(String said) {
        var lines = said.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    private Contender ofCommit(String side, String name) throws IOException, InterruptedException {
        var directory = scratch.resolve(side);
        git("worktree", "add", "--detach", directory.toString(), commit(side, name));
        return ofDirectory(side, name, directory);
    }

    private String commit(String side, String name) throws IOException, InterruptedException {
        try {
            return git("rev-parse", "--verify", "--end-of-options", name + "^{commit}").strip();
        } catch (IOException unknown) {
            throw new IOException(side + ": '" + name + "' is no jar, no directory, and no commit of " + repository, unknown);
        }
    }

    /// The work trees go; what was built in them too.
    void removeWorkTrees() throws IOException, InterruptedException {
        for (var side : List.of("base", "head")) {
            var directory = scratch.resolve(side);
            if (Files.exists(directory.resolve(".git"))) git("worktree", "remove", "--force", directory.toString());
        }
    }

    private String git(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("git", "-C", repository.toString()));
        command.addAll(List.of(arguments));
        return Shell.run(command);
    }
}
