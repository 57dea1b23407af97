package dev.anillo.http.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Mutated requests, judged by [FuzzOracle]. `ci/fuzz.sh` has another mutator, which is led by what the code does.
///
/// `-Danillo.seed=N` replays, `-Danillo.fuzz=N` sets another count of inputs.
class FuzzTest {
    private static final long SEED = Long.getLong("anillo.seed", System.nanoTime());
    private static final int INPUTS = Integer.getInteger("anillo.fuzz", 1_000_000);

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final byte[][] requests = bytesOf(FuzzCorpus.REQUESTS);
    private final byte[][] pieces = bytesOf(FuzzCorpus.PIECES);
    private final byte[] input = new byte[FuzzOracle.BYTES_MAX];
    private final FuzzOracle oracle = new FuzzOracle();

    private int length;
    private int complete;

    private static byte[][] bytesOf(List<String> texts) {
        return texts.stream().map(text -> text.getBytes(StandardCharsets.ISO_8859_1)).toArray(byte[][]::new);
    }

    @Test
    void everyMutantIsParsedOrRefusedAndTheSameHoweverItIsCut() {
        System.out.println("FuzzTest: replay with -Danillo.seed=" + SEED);
        for (var i = 0; i < INPUTS; i++) {
            mutate();
            try {
                if (oracle.compare(input, length, random)) complete++;
            } catch (RuntimeException | AssertionError thrown) {
                fail("seed " + SEED + ", input " + i + ": " + text(), thrown);
            }
        }
        assertTrue(complete > INPUTS / 20,
                () -> "only " + complete + " heads were complete: the mutator is too wild to say much");
    }

    private String text() {
        return new String(input, 0, length, StandardCharsets.ISO_8859_1);
    }

    private void mutate() {
        var request = requests[random.nextInt(requests.length)];
        System.arraycopy(request, 0, input, 0, request.length);
        length = request.length;
        for (var edits = random.nextInt(4); edits >= 0; edits--) {
            var at = random.nextInt(length + 1);
            switch (random.nextInt(7)) {
                case 0 -> replace(at, Math.min(1, length - at), new byte[] {(byte) random.nextInt(256)});
                case 1 -> replace(at, 0, pieces[random.nextInt(pieces.length)]);
                case 2 -> replace(at, Math.min(length - at, random.nextInt(8)), pieces[random.nextInt(pieces.length)]);
                case 3 -> replace(at, Math.min(length - at, 1 + random.nextInt(12)), new byte[0]);
                case 4 -> replace(at, 0, Arrays.copyOfRange(input, at, Math.min(length, at + random.nextInt(60))));
                case 5 -> splice(at, requests[random.nextInt(requests.length)]);
                default -> flipCase(at);
            }
        }
    }

    private void replace(int at, int removed, byte[] inserted) {
        if (length - removed + inserted.length > FuzzOracle.BYTES_MAX) return;
        System.arraycopy(input, at + removed, input, at + inserted.length, length - at - removed);
        System.arraycopy(inserted, 0, input, at, inserted.length);
        length += inserted.length - removed;
    }

    private void splice(int at, byte[] other) {
        var from = random.nextInt(other.length);
        replace(at, length - at, Arrays.copyOfRange(other, from, other.length));
    }

    private void flipCase(int at) {
        if (at < length) input[at] ^= 0x20;
    }
}
