package dev.anillo.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/// The directory in which a comparison works, for as long as it does. Also when this program is interrupted nothing is left
/// behind: no server, no file.
public final class Workshop implements AutoCloseable {
    private final Path directory;
    private final Thread atShutdown = new Thread(this::clear, "clean-up");

    public Workshop() throws IOException {
        directory = Files.createTempDirectory("anillo-compare-");
        Runtime.getRuntime().addShutdownHook(atShutdown);
    }

    public Path directory() {
        return directory;
    }

    private void clear() {
        ServerProcess.closeAll();
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        } catch (IOException refused) {
            System.err.println("anillo: " + directory + " is left behind: " + refused);
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atShutdown);
        clear();
    }
}
