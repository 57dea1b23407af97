/// Measurements: `micro` the pieces by themselves, `target` the server under test, `load` a load, `compare` two servers in turns,
/// `gate` whether one of them is worse, `report` what readers see of that, `profile` where a JVM spends its time, `machine` what
/// processes use; `peers` the servers that others have written, `contest` the comparison with them.
package dev.anillo.bench;
