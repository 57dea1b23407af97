package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Mutated bodies: each is read or refused, nothing else, and the outcome is the same however it is cut.
///
/// `-Danillo.seed=N` replays, `-Danillo.fuzz.forms=N` sets another count of inputs.
class MultipartFuzzTest {
    private static final long SEED = Long.getLong("anillo.seed", System.nanoTime());
    private static final int INPUTS = Integer.getInteger("anillo.fuzz.forms", 50_000);
    private static final int CHARACTERS_MAX = 2_000;

    private static final String PART = "--XbX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue\r\n";
    private static final String FILE = "--XbX\r\n"
            + "Content-Disposition: form-data; name=\"f\"; filename=\"x\\\"%22.txt\"\r\n"
            + "Content-Type: text/plain\r\n\r\n\r\n--Xb\r\n--\r\n\r\n\r\n";
    private static final String END = "--XbX--\r\n";

    private static final List<String> BODIES = List.of(END, PART + END, FILE + END, PART + FILE + PART + END,
            "preamble\r\n" + FILE + PART + END + "epilogue", PART + PART + PART + PART);

    private static final List<String> PIECES = List.of("\r", "\n", "\r\n", "--", "\r\n--XbX", "\r\n--XbX--", "\r\n--Xb",
            "-", "X", "b", " ", "\t", "\0",
            "\u00ff", "\u00c3\u00a9", ":", ";", "\"", "\\", "%0A", "name=", "filename=\"y\"",
            "Content-Type: multipart/mixed\r\n",
            "Content-Disposition: form-data; name=z\r\n", "x".repeat(90), PART, FILE, END);

    private final SplittableRandom random = new SplittableRandom(SEED);

    /// Small enough for mutants to reach.
    private final Multiparts multiparts = new Multiparts(MultipartReader.create().bytesMax(900).partsMax(4)
            .headBytesMax(160)
            .nameBytesMax(20).fileNameBytesMax(20), Multiparts.BOUNDARY);

    @Test
    void everyMutantIsReadOrRefusedAndTheSameHoweverItIsCut() {
        System.out.println("MultipartFuzzTest: replay with -Danillo.seed=" + SEED);
        var accepted = 0;
        for (var i = 0; i < INPUTS; i++) {
            var body = mutant();
            try {
                var whole = multiparts.read(body);
                assertEquals(whole, multiparts.read(cut(body)));
                assertEquals(whole, multiparts.read(cut(body)));
                if (whole.refusal() == null) accepted++;
            } catch (RuntimeException | AssertionError thrown) {
                fail("seed " + SEED + ", input " + i + ": " + body, thrown);
            }
        }
        var count = accepted;
        assertTrue(count > INPUTS / 20, () -> "only " + count + " were accepted: the mutator is too wild to say much");
    }

    private String mutant() {
        var body = new StringBuilder(BODIES.get(random.nextInt(BODIES.size())));
        for (var edits = random.nextInt(4); edits > 0; edits--) {
            var at = random.nextInt(body.length() + 1);
            var to = Math.min(body.length(), at + random.nextInt(20));
            switch (random.nextInt(5)) {
                case 0 -> body.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> body.delete(at, to);
                case 2 -> body.insert(at, (char) random.nextInt(256));
                case 3 -> body.insert(at, body.substring(at, to));
                default -> body.replace(at, to, PIECES.get(random.nextInt(PIECES.size())));
            }
            if (body.length() > CHARACTERS_MAX) body.setLength(CHARACTERS_MAX);
        }
        return body.toString();
    }

    private String[] cut(String body) {
        var pieces = new ArrayList<String>();
        var bytesMax = random.nextBoolean() ? 3 : 100;
        for (var at = 0; at < body.length(); ) {
            var to = Math.min(body.length(), at + random.nextInt(bytesMax + 1));
            pieces.add(body.substring(at, to));
            at = to;
        }
        return pieces.toArray(String[]::new);
    }
}
