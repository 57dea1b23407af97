package dev.anillo.loop.driver;

import java.net.SocketAddress;
import java.util.Objects;

/// A name in Linux' abstract namespace of unix sockets: no file stands for it, and it is free when its socket is closed
/// (unix(7)).
public final class AbstractName extends SocketAddress {
    private static final long serialVersionUID = 1L;

    private final String name;

    /// @param name without the leading NUL
    public AbstractName(String name) {
        this.name = Objects.requireNonNull(name);
    }

    public String name() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AbstractName that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /// `@name`, as ss(8) writes it.
    @Override
    public String toString() {
        return "@" + name;
    }
}
