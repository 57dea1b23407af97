package dev.anillo.bench.peers;

/// What kind of program a contender is.
public enum Family {
    /// The server that is measured.
    ANILLO,
    /// Other servers for the JVM.
    JVM,
    /// Servers that are not for the JVM: nginx, h2o, Node.
    NATIVE,
    /// The least that a server can do.
    FLOOR
}
