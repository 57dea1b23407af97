package dev.anillo.loop.driver;

/// A process that a driver has started.
///
/// @param pid the system's number
/// @param process the descriptor to wait on and to close
/// @param streams descriptors of our ends of standard input, output and error; [#NONE] where there is no pipe
public record Spawned(long pid, int process, int[] streams) {
    public static final int NONE = -1;
}
