package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.loop.driver.Errno;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class UncaughtTest {
    private static String printed(Throwable problem) {
        var bytes = new ByteArrayOutputStream();
        Uncaught.print(problem, new PrintStream(bytes, true));
        return bytes.toString();
    }

    @Test
    void aRefusalOfTheSystemIsOneLine() {
        var refused = new OsException("bind", "127.0.0.1:80", Errno.EACCES);
        assertEquals("anillo: bind 127.0.0.1:80: EACCES, permission denied (ports below 1024 need CAP_NET_BIND_SERVICE, broadcast its option)"
                + " (errno 13)" + System.lineSeparator(), printed(refused));
        assertEquals(printed(refused), printed(new UncheckedIOException(refused)));
    }

    @Test
    void whatTheUserCanMendIsARefusal() {
        for (var refusal : List.of(new TransportException("no"), new UnknownHostException("no"),
                new OsException("connect", "x", 111), new UncheckedIOException(new OsException("connect", "x", 111)))) {
            assertTrue(Uncaught.isRefusal(refusal), refusal.toString());
            assertEquals(1, printed(refusal).lines().count());
        }
    }

    @Test
    void aFaultOfTheProgramComesWithItsTrace() {
        for (var fault : List.of(new IllegalStateException("mistake"), new IOException("mistake"),
                new UncheckedIOException(new IOException("mistake")), new StackOverflowError("mistake"))) {
            assertFalse(Uncaught.isRefusal(fault), fault.toString());
            assertTrue(printed(fault).contains("mistake") && printed(fault).contains("\tat "), printed(fault));
        }
    }
}
