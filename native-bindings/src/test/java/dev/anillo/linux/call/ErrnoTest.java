package dev.anillo.linux.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.linux.Linux;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ErrnoTest {
    @Test
    void namesEveryErrnoOfTheBindings() throws ReflectiveOperationException {
        var errnos = Stream.of(Linux.class.getMethods()).filter(method -> method.getName().matches("E[A-Z0-9]+"))
                .filter(method -> !method.getName().startsWith("EPOLL")).toList();
        assertTrue(errnos.size() > 50);
        for (var errno : errnos) {
            var described = Errno.describe((int) errno.invoke(null));
            assertTrue(described.startsWith(errno.getName() + ", "), described);
        }
    }

    @Test
    void readsAsASentencePart() {
        assertEquals("ECONNREFUSED, connection refused (errno 111)", Errno.describe(Linux.ECONNREFUSED()));
        assertEquals("unknown error (errno 4095)", Errno.describe(4095));
    }
}
