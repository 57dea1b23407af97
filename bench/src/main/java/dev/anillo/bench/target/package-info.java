/// Anillo as it is measured: an ordinary program, which the launcher compiles and starts like others
/// (`./anillo bench target`).
package dev.anillo.bench.target;
