package dev.anillo.http.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The module's README.md, and other pages, for tests that keep them true.
final class Readme {
    private static final Path README = Path.of(System.getProperty("basedir", "."), "README.md");

    private Readme() {}

    static String text() {
        return text(README);
    }

    static String text(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// The rows of all tables whose first column has this title; a row is its cells, without the marks of code.
    static List<List<String>> rows(String title) {
        return rows(README, title);
    }

    static List<List<String>> rows(Path page, String title) {
        var rows = new ArrayList<List<String>>();
        var within = false;
        for (var line : text(page).lines().toList()) {
            if (!line.startsWith("|")) within = false;
            else if (line.startsWith("| " + title + " |")) within = true;
            else if (within && !line.startsWith("|---")) rows.add(cells(line));
        }
        return rows;
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1).split("\\|")).map(cell -> cell.strip().replace("`", "")).toList();
    }

    /// The class files of a package of this module.
    static List<Path> classFiles(String packageName) {
        var folder = Path.of(System.getProperty("basedir", "."), "target", "classes", packageName.replace('.', '/'));
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".class")).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
