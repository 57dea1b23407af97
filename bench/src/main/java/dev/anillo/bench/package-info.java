/// Measurements: `micro` the pieces by themselves, `target` the server under test, `load` a load, `profile` where a JVM spends
/// its time, `peers` what it is compared with, `contest` that comparison.
package dev.anillo.bench;
