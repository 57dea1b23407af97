package dev.anillo.bench.report;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A browser without a window. Tests that need it are skipped where there is none.
final class Browser {
    private static final int SECONDS_MAX = 180;
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private Browser() {}

    private static Path find() {
        var found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable).findFirst();
        assumeTrue(found.isPresent(), "none of " + NAMES + " is on the PATH");
        return found.get();
    }

    /// What the browser makes of a page.
    ///
    /// @param profile a directory that it may fill
    static String dom(Path page, Path profile, String... options) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(find().toString(), "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--disable-dev-shm-usage", "--user-data-dir=" + profile));
        command.addAll(List.of(options));
        command.addAll(List.of("--dump-dom", page.toUri().toString()));
        var dom = Files.createTempFile(profile.getParent(), "dom", ".html");
        var errors = Files.createTempFile(profile.getParent(), "browser", ".log");
        var process = new ProcessBuilder(command).redirectOutput(dom.toFile()).redirectError(errors.toFile()).start();
        try {
            assertTrue(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS), () -> "no end after " + SECONDS_MAX + " s");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        var text = Files.readString(dom);
        assertTrue(text.contains("</html>"), () -> "no page, but " + read(errors));
        return text;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }
}
