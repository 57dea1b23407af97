/// The system calls. [Syscalls] is the one class that leaves Java, and [Libc] the one that links what it calls.
///
/// Structs and constants are in `dev.anillo.linux`, which is generated code only: its offsets are those of x86_64 and
/// aarch64 alike, but for [EpollEvent].
package dev.anillo.linux.call;
