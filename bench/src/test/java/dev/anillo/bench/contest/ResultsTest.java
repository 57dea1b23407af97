package dev.anillo.bench.contest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.bench.machine.ProcessTree;
import dev.anillo.bench.peers.Contender;
import dev.anillo.bench.peers.Family;
import dev.anillo.bench.peers.Workload;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResultsTest {
    private static final Contender EPOLL = contender("c epoll", Family.FLOOR);
    private static final Contender URING = contender("c io_uring", Family.FLOOR);
    private static final Contender ANILLO = contender("anillo io_uring", Family.ANILLO);
    private static final Contender JDK = contender("jdk", Family.JVM);
    private static final Scenario PLAIN = Scenario.of("plain-64");
    private static final Scenario JSON = Scenario.of("json-64");
    private static final Scenario FILE = Scenario.of("file-16");

    private final Results results = new Results(List.of(ANILLO, JDK, EPOLL, URING), List.of(PLAIN, JSON, FILE));

    static Contender contender(String name, Family family) {
        return new Contender(name, family, List.of("true"), List.of(), EnumSet.allOf(Workload.class), Optional.empty());
    }

    private void run(Contender contender, Scenario scenario, int round, long requestsPerSecond) {
        run(contender, scenario, round, requestsPerSecond, 0.99, 0.5);
    }

    private void run(Contender contender, Scenario scenario, int round, long requests, double serverBusy, double busy) {
        var load = new Load(requests, 1, requests * 100, 10, 20, 0, "");
        results.add(contender, scenario,
                new Run(round, load, new ProcessTree.CpuTime(requests, 2 * requests), requests * 8, serverBusy, busy));
    }

    /// The machine is half as fast in the second round, and the ratio does not change.
    @Test
    void ratiosAreTakenWithinARoundAndThenTheirMedian() {
        for (var round = 0; round < 3; round++) {
            var speed = round == 1 ? 1 : 2;
            run(EPOLL, PLAIN, round, 1000 * speed);
            run(URING, PLAIN, round, 800 * speed);
            run(ANILLO, PLAIN, round, 900 * speed);
            run(JDK, PLAIN, round, 500 * speed);
        }
        assertEquals(0.9, results.ratioToBestFloor(ANILLO, PLAIN), 1e-9);
        assertEquals(900.0 / 800, results.ratioToSameFloor(ANILLO, PLAIN), 1e-9);
        assertEquals(0.5, results.ratioToSameFloor(JDK, PLAIN), 1e-9);
        assertEquals(1, results.cpuRatioToBestFloor(JDK, PLAIN), 1e-9);
        assertEquals(1800, results.median(ANILLO, PLAIN, Run::requestsPerSecond));
        assertEquals(3, results.median(ANILLO, PLAIN, Run::cpuMicros));
    }

    @Test
    void jsonIsComparedToTheFloorsFixedAnswer() {
        run(EPOLL, PLAIN, 0, 1000);
        run(ANILLO, JSON, 0, 700);
        assertEquals(0.7, results.ratioToBestFloor(ANILLO, JSON), 1e-9);
    }

    @Test
    void thereIsNoRatioWithoutAFloor() {
        run(ANILLO, FILE, 0, 700);
        assertEquals(Double.NaN, results.ratioToBestFloor(ANILLO, FILE));
    }

    @Test
    void theGeneratorIsTheLimitWhenItIsBusyAndTheServerIsNot() {
        run(EPOLL, PLAIN, 0, 1000, 0.8, 0.99);
        run(ANILLO, PLAIN, 0, 1000, 0.99, 0.99);
        assertTrue(results.generatorWasTheLimit(EPOLL, PLAIN));
        assertFalse(results.generatorWasTheLimit(ANILLO, PLAIN));
    }

    @Test
    void faultsAreLoudInEveryReport() {
        run(ANILLO, PLAIN, 0, 1000);
        results.fault(ANILLO, PLAIN, "status 500");
        var markdown = MarkdownReport.of(Map.of("date", "today"), results);
        assertTrue(markdown.contains("## FAULTS"), markdown);
        assertTrue(markdown.contains("**anillo io_uring, plain-64: status 500**"), markdown);
        assertTrue(markdown.contains("**FAULT** |"), markdown);
        assertTrue(Chart.of(results).contains("FAULT"));
        assertTrue(JsonReport.of(Map.of(), results).contains("\"anillo io_uring, plain-64: status 500\""));
    }

    @Test
    void jsonHasNullForWhatIsNotKnown() {
        assertEquals("{\"a\\\"b\":[1.5,\nnull,\ntrue]}", JsonReport.text(Map.of("a\"b", List.of(1.5, Double.NaN, true))));
    }
}
