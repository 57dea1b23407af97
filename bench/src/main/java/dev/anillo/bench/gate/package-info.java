/// Whether a change makes a server slower: `./anillo bench gate`.
///
/// [dev.anillo.bench.gate.Build] makes contenders of commits, directories and jars; [dev.anillo.bench.gate.Rule]s say what is
/// looked at, and how much is let through; [dev.anillo.bench.gate.Judge] comes to a [dev.anillo.bench.gate.Verdict].
package dev.anillo.bench.gate;
