/// All contenders side by side: `./anillo bench peers`.
///
/// [dev.anillo.bench.contest.Peers] is the order of events. A [dev.anillo.bench.contest.Server] is a contender that
/// runs, [dev.anillo.bench.contest.Probe] checks its answers before anything is measured,
/// [dev.anillo.bench.contest.Generators] loads it, [dev.anillo.bench.contest.Footprint] is what it costs besides.
/// [dev.anillo.bench.contest.Results] holds the figures, and three reports show them.
package dev.anillo.bench.contest;
