package dev.anillo.bench.compare;

import java.util.List;
import java.util.Optional;

/// A process of its own, from its start to its end: the unit of which samples are made. What differs from process to process
/// (where memory lies, in which order methods were compiled) does not go away by measuring one of them for longer.
///
/// @param number in the order in which they ran, from 0
/// @param pair of which it is one half, from 0
/// @param startMillis from its start to its first answer
/// @param measurements one for each load, in the order of the loads
/// @param problem what went wrong; null: nothing. Its figures do not count then
public record Fork(int number, int pair, Side side, double startMillis, List<Measurement> measurements, String problem) {
    /// NaN: not known.
    public double figure(String load, Metric metric) {
        return measurement(load).map(each -> each.figure(metric)).orElse(Double.NaN);
    }

    /// Empty: the process did not come that far.
    public Optional<Measurement> measurement(String load) {
        return measurements.stream().filter(each -> each.load().name().equals(load)).findFirst();
    }

    public boolean isSound() {
        return problem == null;
    }
}
