package dev.anillo.bench.compare;

/// One of the loads that each process gets.
///
/// @param name `one`, `peak`, or the part of the peak that a schedule asks for, as in `50%`
/// @param requestsPerSecond 0: as fast as answers come
/// @param connections that share them
/// @param isCounted whether the kernel's counters run meanwhile: with a single request under way they tell the same each time
public record LoadPoint(String name, double requestsPerSecond, int connections, boolean isCounted) {
    /// One request at a time: nothing depends on how requests happen to meet.
    static LoadPoint one() {
        return new LoadPoint("one", 0, 1, true);
    }

    static LoadPoint peak(int connections) {
        return new LoadPoint("peak", 0, connections, false);
    }

    static LoadPoint part(double part, double peak, int connections) {
        return new LoadPoint(name(part), part * peak, connections, false);
    }

    static String name(double part) {
        return Math.round(100 * part) + "%";
    }

    public boolean hasSchedule() {
        return requestsPerSecond > 0;
    }
}
