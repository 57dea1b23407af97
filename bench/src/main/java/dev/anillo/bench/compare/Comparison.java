package dev.anillo.bench.compare;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/// What a comparison has come to: all that reports show, and a gate judges.
///
/// @param machine what it was made on and with, in words
/// @param commands the start lines of base and head
/// @param names what base and head are called in reports
/// @param loads in the order in which each process gets them
/// @param calibration processes of base alone, in pairs like the others
/// @param visible what the calibration came to
/// @param forks in the order in which they ran
/// @param changes of each metric that is known, under each load
/// @param notes what could not be measured, and why; empty: everything was
/// @param seconds that it took
public record Comparison(Map<String, String> machine, Map<Side, String> commands, Map<Side, String> names,
        List<LoadPoint> loads, List<Fork> calibration, List<Visible> visible, List<Fork> forks, List<Change> changes,
        List<String> notes, double seconds) {
    /// Of each interval. Six figures or so are looked at at once: with 95 % one of them would be wrong in every fourth run.
    public static final double CONFIDENCE = 0.99;

    public String name(Side side) {
        return names.get(side);
    }

    /// The load in the middle of those with a schedule, as in production: neither idle nor at its end. Empty: there is none.
    public Optional<LoadPoint> middle() {
        var scheduled = loads.stream().filter(LoadPoint::hasSchedule)
                .sorted(Comparator.comparingDouble(LoadPoint::requestsPerSecond)).toList();
        return scheduled.isEmpty() ? Optional.empty() : Optional.of(scheduled.get((scheduled.size() - 1) / 2));
    }

    /// When the first request was due, since the epoch. Empty: none ever was.
    public OptionalLong beganMillis() {
        return Stream.concat(calibration.stream(), forks.stream()).flatMap(fork -> fork.measurements().stream())
                .mapToLong(Measurement::beganMillis).min();
    }

    /// What sound processes recorded under a load, one of each; without those that recorded nothing.
    public List<Histogram> latencies(Side side, LoadPoint load) {
        return sound(side).stream().flatMap(fork -> fork.measurement(load.name()).stream()).map(Measurement::latencies)
                .filter(latencies -> latencies.getTotalCount() > 0).toList();
    }

    /// Processes whose figures count.
    public List<Fork> sound(Side side) {
        return forks.stream().filter(fork -> fork.side() == side && fork.isSound()).toList();
    }
}
