package dev.anillo.loop.net;

import dev.anillo.loop.driver.AddressText;
import java.net.SocketAddress;

/// Addresses as people write them.
public final class Addresses {
    private Addresses() {}

    /// `127.0.0.1:3000`, `[::1]:3000`.
    public static String format(SocketAddress address) {
        return AddressText.of(address);
    }
}
