package dev.anillo.loop.net;

/// What must be known of a [UdpSocket] before it is bound.
///
/// @param reuseAddress others may bind the same address, as the receivers of one group do (SO_REUSEADDR, socket(7))
/// @param reusePort others of the same user may bind the same address, and the kernel spreads the senders over them
///     (SO_REUSEPORT): for several loops or processes
public record UdpOptions(boolean reuseAddress, boolean reusePort) {
    /// The address is the socket's alone.
    public static final UdpOptions DEFAULT = new UdpOptions(false, false);

    public UdpOptions reuseAddress(boolean on) {
        return new UdpOptions(on, reusePort);
    }

    public UdpOptions reusePort(boolean on) {
        return new UdpOptions(reuseAddress, on);
    }
}
