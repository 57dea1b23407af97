package dev.anillo.loop.process;

/// What a child finds as its standard input, output or error.
public enum Stdio {
    /// A stream of this loop.
    PIPE,
    /// What this process has itself.
    INHERIT,
    /// Nothing: no input, and output is thrown away (`/dev/null`).
    IGNORE
}
