/// Measurements: `micro` the pieces by themselves, `target` the server under test, `peers` what it is compared with,
/// `compare` the comparison.
package dev.anillo.bench;
