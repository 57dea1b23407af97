package dev.anillo.http.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/// The entry of a fuzzer that is led by coverage: Jazzer calls it by name (`ci/fuzz.sh`), so that nothing here needs
/// Jazzer to be compiled.
public final class FuzzTarget {
    private static final FuzzOracle ORACLE = new FuzzOracle();

    private FuzzTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        var length = Math.min(input.length, FuzzOracle.BYTES_MAX);
        ORACLE.compare(input, length, new SplittableRandom(Arrays.hashCode(input))); // the cuts belong to the input
    }

    /// Writes what the fuzzer begins with: requests into the folder `corpus`, and pieces of them into `dictionary`.
    ///
    /// @param arguments the folder for both
    public static void main(String[] arguments) throws IOException {
        var folder = Path.of(arguments[0]);
        var corpus = Files.createDirectories(folder.resolve("corpus"));
        for (var i = 0; i < FuzzCorpus.REQUESTS.size(); i++) {
            Files.write(corpus.resolve("request-" + i), latin1(FuzzCorpus.REQUESTS.get(i)));
        }
        Files.write(folder.resolve("dictionary"), FuzzCorpus.PIECES.stream().map(FuzzTarget::quoted).toList());
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// As libFuzzer has it: all bytes escaped.
    private static String quoted(String piece) {
        var text = new StringBuilder("\"");
        for (var b : latin1(piece)) text.append(String.format("\\x%02X", b & 0xFF));
        return text.append('"').toString();
    }
}
