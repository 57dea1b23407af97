package dev.anillo.bench.contest;

import dev.anillo.bench.peers.Contender;
import dev.anillo.bench.peers.Family;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/// Everything that was measured, and what went wrong.
final class Results {
    private static final String URING = "io_uring";

    private final List<Contender> contenders;
    private final List<Scenario> scenarios;
    private final Map<Cell, List<Run>> runs = new LinkedHashMap<>();
    private final Map<Cell, Double> systemCalls = new LinkedHashMap<>();
    private final Map<String, Footprint.Figures> footprints = new LinkedHashMap<>();
    private final Map<String, Double> residentBytes = new LinkedHashMap<>();
    private final List<Fault> faults = new ArrayList<>();

    /// A contender under a load, by their names.
    record Cell(String contender, String scenario) {}

    /// @param scenario null when it is of no particular one
    record Fault(String contender, String scenario, String what) {
        @Override
        public String toString() {
            return contender + (scenario == null ? "" : ", " + scenario) + ": " + what;
        }
    }

    /// @param contenders in the order of tables
    Results(List<Contender> contenders, List<Scenario> scenarios) {
        this.contenders = contenders;
        this.scenarios = scenarios;
    }

    List<Contender> contenders() {
        return contenders;
    }

    List<Scenario> scenarios() {
        return scenarios;
    }

    void add(Contender contender, Scenario scenario, Run run) {
        runs.computeIfAbsent(cell(contender, scenario), _ -> new ArrayList<>()).add(run);
    }

    void systemCalls(Contender contender, Scenario scenario, double perRequest) {
        systemCalls.put(cell(contender, scenario), perRequest);
    }

    void footprint(Contender contender, Footprint.Figures figures) {
        footprints.put(contender.name(), figures);
    }

    void residentBytes(Contender contender, double bytes) {
        residentBytes.put(contender.name(), bytes);
    }

    void fault(Contender contender, Scenario scenario, String what) {
        faults.add(new Fault(contender.name(), scenario == null ? null : scenario.name(), what));
    }

    private static Cell cell(Contender contender, Scenario scenario) {
        return new Cell(contender.name(), scenario.name());
    }

    List<Run> runs(Contender contender, Scenario scenario) {
        return runs.getOrDefault(cell(contender, scenario), List.of());
    }

    double median(Contender contender, Scenario scenario, ToDoubleFunction<Run> figure) {
        return Statistics.median(runs(contender, scenario).stream().mapToDouble(figure).toArray());
    }

    double min(Contender contender, Scenario scenario, ToDoubleFunction<Run> figure) {
        return Statistics.min(runs(contender, scenario).stream().mapToDouble(figure).toArray());
    }

    double max(Contender contender, Scenario scenario, ToDoubleFunction<Run> figure) {
        return Statistics.max(runs(contender, scenario).stream().mapToDouble(figure).toArray());
    }

    /// In most of its runs.
    boolean generatorWasTheLimit(Contender contender, Scenario scenario) {
        var all = runs(contender, scenario);
        return 2 * all.stream().filter(Run::generatorWasTheLimit).count() > all.size();
    }

    /// NaN when not counted.
    double systemCalls(Contender contender, Scenario scenario) {
        return systemCalls.getOrDefault(cell(contender, scenario), Double.NaN);
    }

    /// Null when not measured.
    Footprint.Figures footprint(Contender contender) {
        return footprints.get(contender.name());
    }

    /// After all loads; NaN when not measured.
    double residentBytes(Contender contender) {
        return residentBytes.getOrDefault(contender.name(), Double.NaN);
    }

    List<Fault> faults() {
        return faults;
    }

    List<Fault> faults(Contender contender, Scenario scenario) {
        return faults.stream().filter(fault -> fault.contender().equals(contender.name())
                && scenario.name().equals(fault.scenario())).toList();
    }

    /// Requests per second over those of the better C floor, each in the same round, and of these ratios the median:
    /// a machine drifts more over a session than contenders differ. NaN where no floor serves that load.
    double ratioToBestFloor(Contender contender, Scenario scenario) {
        return ratio(contender, scenario, run ->
                run.requestsPerSecond() / Statistics.max(ofFloors(scenario, run, Run::requestsPerSecond, _ -> true)));
    }

    /// The same over the floor that talks to the kernel in the same way.
    double ratioToSameFloor(Contender contender, Scenario scenario) {
        var uring = contender.name().contains(URING);
        return ratio(contender, scenario, run -> run.requestsPerSecond() / Statistics.max(
                ofFloors(scenario, run, Run::requestsPerSecond, floor -> floor.name().contains(URING) == uring)));
    }

    /// Processor time per request over that of the better C floor, likewise. It holds where the generator was the limit.
    double cpuRatioToBestFloor(Contender contender, Scenario scenario) {
        return ratio(contender, scenario, run ->
                run.cpuMicros() / Statistics.min(ofFloors(scenario, run, Run::cpuMicros, _ -> true)));
    }

    private double ratio(Contender contender, Scenario scenario, ToDoubleFunction<Run> ratio) {
        return scenario.hasSchedule() ? Double.NaN : median(contender, scenario, ratio);
    }

    /// The figures of the floors in the round of that run.
    private double[] ofFloors(Scenario scenario, Run run, ToDoubleFunction<Run> figure, Predicate<Contender> which) {
        return contenders.stream().filter(each -> each.family() == Family.FLOOR).filter(which)
                .flatMap(floor -> runs.getOrDefault(new Cell(floor.name(), scenario.floorName()), List.of()).stream())
                .filter(each -> each.round() == run.round()).mapToDouble(figure).toArray();
    }
}
