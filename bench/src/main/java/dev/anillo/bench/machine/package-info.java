/// The machine and its processes, as the kernel shows them: processors and who may use them, what a process has used,
/// and what it has asked the kernel for.
package dev.anillo.bench.machine;
