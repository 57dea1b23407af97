package dev.anillo.loop;

import dev.anillo.loop.driver.Driver;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/// A driver that knows nothing but to sleep and to be woken. A wait that no wake-up ends throws [Asleep]: the loop's
/// thread stays where it would wait for ever, and what it has left behind can be looked at.
abstract class SleepingDriver implements InvocationHandler {
    /// Always the same one: made for each state it would cost more than what is tried.
    static final class Asleep extends Error {
        private static final long serialVersionUID = 1L;
        static final Asleep ASLEEP = new Asleep();

        private Asleep() {
            super("nobody has woken the loop", null, false, false);
        }
    }

    /// As [Driver#wake].
    abstract void wake();

    /// As [Driver#poll], with nothing to report.
    ///
    /// @throws Asleep where a thread would wait
    abstract void poll(long timeoutNanos);

    /// A wake-up has come that the loop has not seen.
    abstract boolean isWoken();

    final Driver driver() {
        return (Driver) Proxy.newProxyInstance(Driver.class.getClassLoader(), new Class<?>[] {Driver.class}, this);
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
        switch (method.getName()) {
            case "wake" -> wake();
            case "poll" -> poll((long) arguments[0]);
            case "nanoTime" -> {
                return 0L;
            }
            case "shutDown" -> {}
            default -> throw new UnsupportedOperationException(method.getName());
        }
        return null;
    }
}
