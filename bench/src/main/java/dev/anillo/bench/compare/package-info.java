/// Two servers, side by side: `./anillo bench compare`.
///
/// [dev.anillo.bench.compare.Compare] is the order of events. A [dev.anillo.bench.compare.Contender] is how a server is started;
/// a [dev.anillo.bench.compare.Trial] is one process of it, which gets each [dev.anillo.bench.compare.LoadPoint] and becomes a
/// [dev.anillo.bench.compare.Fork] with a [dev.anillo.bench.compare.Measurement] for each. What the pairs of processes tell of
/// each [dev.anillo.bench.compare.Metric] are [dev.anillo.bench.compare.Change]s, by [dev.anillo.bench.compare.Statistics]; all
/// of it together is a [dev.anillo.bench.compare.Comparison], which reports show and a gate judges.
package dev.anillo.bench.compare;
