package dev.anillo.bench.contest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anillo.bench.peers.Contender;
import dev.anillo.bench.peers.Family;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    private static final Path OUT = Path.of("out");
    private static final List<Contender> ALL = Stream.of("anillo epoll", "anillo nio", "c epoll", "jdk")
            .map(name -> ResultsTest.contender(name, Family.JVM)).toList();

    /// @param line in which `_` is a space within an argument
    private static Options parse(String line) {
        var words = Stream.of(line.split(" ")).filter(word -> !word.isEmpty()).map(word -> word.replace('_', ' '));
        return Options.parse(words.toArray(String[]::new), OUT);
    }

    private static List<String> chosen(String line) {
        return parse(line).choose(ALL).stream().map(Contender::name).toList();
    }

    @Test
    void readsWhatIsGivenAndKeepsTheRest() {
        var options = parse("--rounds=7 --seconds 0.3 --workloads plain-64,json-64 --seed 5 --load-only");
        assertEquals(7, options.rounds());
        assertEquals(0.3, options.seconds());
        assertEquals(List.of("plain-64", "json-64"), options.workloads().stream().map(Scenario::name).toList());
        assertEquals(5, options.seed());
        assertEquals(OUT, options.out());
        assertFalse(options.footprint());
        assertEquals(Scenario.ALL, parse("--out there").workloads());
        assertEquals(Path.of("there"), parse("--out there").out());
    }

    @Test
    void quickIsShorterWhereverItStands() {
        assertEquals(2, parse("--quick").rounds());
        assertEquals(9, parse("--rounds 9 --quick").rounds());
    }

    @Test
    void aNameStandsForItselfOrForAllThatBeginWithThatWord() {
        assertEquals(List.of("anillo epoll", "anillo nio"), chosen("--only anillo"));
        assertEquals(List.of("anillo nio", "jdk"), chosen("--only=anillo_nio,jdk"));
        assertEquals(List.of("anillo epoll", "anillo nio", "c epoll", "jdk"), chosen(""));
        var refused = assertThrows(IllegalArgumentException.class, () -> chosen("--only an"));
        assertEquals("no contender an; there are anillo epoll, anillo nio, c epoll, jdk", refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --rounds          | --rounds of what? usage: ./anillo bench peers
            --rounds 0        | --rounds 0: a number from 1 to 1000
            --rounds 1.5      | --rounds 1.5: a number from 1 to 1000
            --rounds many     | --rounds many: a number from 1 to 1000
            --seconds 0       | --seconds 0: a number from 0.1 to 3600
            --only ,          | --only of what? usage: ./anillo bench peers
            --workloads fast  | no workload fast; there are plain-64, pipelined-64,
            --fast            | unknown option --fast; usage: ./anillo bench peers
            peers             | unknown option peers; usage: ./anillo bench peers
            """)
    void saysInOneLineWhatIsWrong(String line, String beginning) {
        var refused = assertThrows(IllegalArgumentException.class, () -> parse(line));
        var message = refused.getMessage();
        assertEquals(beginning, message.substring(0, Math.min(beginning.length(), message.length())));
        assertEquals(1, message.lines().count());
    }
}
