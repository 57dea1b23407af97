package dev.anillo.loop.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.linux.Linux;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ErrnoTest {
    private static List<Field> constants() {
        return Stream.of(Errno.class.getFields()).filter(field -> Modifier.isStatic(field.getModifiers())).toList();
    }

    @Test
    void numbersAreTheKernelHeaders() throws Exception {
        var compared = 0;
        for (var constant : constants()) {
            var generated = Arrays.stream(Linux.class.getMethods())
                    .filter(method -> method.getName().equals(constant.getName())).findFirst();
            if (generated.isEmpty()) continue; // not in the symbol filter
            assertEquals(generated.get().invoke(null), constant.getInt(null), constant.getName());
            compared++;
        }
        assertTrue(compared > 10, "only " + compared + " are generated");
    }

    @Test
    void eachHasItsNameAndAMeaning() throws Exception {
        var meanings = new HashSet<String>();
        for (var constant : constants()) {
            var errno = constant.getInt(null);
            assertEquals(constant.getName(), Errno.name(errno));
            assertNotEquals("see errno(3)", Errno.describe(errno), constant.getName());
            assertTrue(meanings.add(Errno.describe(errno)), constant.getName() + " means what another means");
        }
    }

    @Test
    void anUnknownNumberIsNamedByItself() {
        assertEquals("errno 999", Errno.name(999));
        assertEquals("see errno(3)", Errno.describe(999));
    }
}
