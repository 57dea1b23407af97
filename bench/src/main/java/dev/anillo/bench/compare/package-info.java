/// All contenders side by side: `./anillo bench peers`.
///
/// [dev.anillo.bench.compare.Compare] is the order of events. A [dev.anillo.bench.compare.Server] is a contender that
/// runs, [dev.anillo.bench.compare.Probe] checks its answers before anything is measured,
/// [dev.anillo.bench.compare.Generators] loads it, [dev.anillo.bench.compare.Footprint] is what it costs besides.
/// [dev.anillo.bench.compare.Results] holds the figures, and three reports show them.
package dev.anillo.bench.compare;
