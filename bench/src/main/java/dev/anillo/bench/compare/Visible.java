package dev.anillo.bench.compare;

/// What the calibration tells of one metric: the smallest change that this machine shows in the pairs that are to come.
///
/// @param spread standard deviation of the changes between processes of the same command
/// @param smallest a change of this size is found 9 times of 10; a fraction, or a difference in the metric's unit
public record Visible(Metric metric, String load, double spread, double smallest) {}
