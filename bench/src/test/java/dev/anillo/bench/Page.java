package dev.anillo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A page of documentation, for tests that keep it true.
public record Page(String text) {
    public static Page latencyGate() throws IOException {
        return new Page(Files.readString(Path.of(System.getProperty("basedir", "."), "LATENCY-GATE.md")));
    }

    /// The rows of the table whose first column has this title; a row is its cells, without the marks of code.
    public List<List<String>> rows(String title) {
        var rows = new ArrayList<List<String>>();
        var isWithin = false;
        for (var line : text.lines().toList()) {
            if (!line.startsWith("|")) isWithin = false;
            else if (line.startsWith("| " + title + " |")) isWithin = true;
            else if (isWithin && !line.startsWith("|--")) rows.add(cells(line));
        }
        return rows;
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1).split("\\|")).map(cell -> cell.strip().replace("`", "")).toList();
    }
}
