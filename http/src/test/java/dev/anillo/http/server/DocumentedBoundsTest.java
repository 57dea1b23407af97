package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpLimits;
import dev.anillo.http.HttpServer;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What README.md says of bounds, and the tests that it names, compared with the code.
class DocumentedBoundsTest {
    private static final String APP = "dev.anillo.http.app";
    private static final int REASON = 3;
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

    /// Names and values, as the tables have them.
    private static Map<String, String> documented(boolean constants) {
        var bounds = new TreeMap<String, String>();
        for (var row : Readme.rows("bound")) {
            assertEquals(5, row.size(), row::toString);
            assertTrue(row.stream().noneMatch(String::isEmpty), row::toString);
            assertTrue(row.get(REASON).length() > 1 || row.get(REASON).equals("–"), row::toString);
            var name = row.getFirst();
            if (name.contains(".") == constants) assertEquals(null, bounds.put(name, row.get(2)), name);
        }
        return bounds;
    }

    private static String text(Object value) {
        var number = ((Number) value).longValue();
        return number == Integer.MAX_VALUE ? "none" : String.format("%,d", number);
    }

    @Test
    void everyBoundThatCanBeSetIsDocumentedWithItsDefault() throws ReflectiveOperationException {
        var bounds = new TreeMap<String, String>();
        for (var method : HttpLimits.class.getDeclaredMethods()) {
            if (!Modifier.isPublic(method.getModifiers()) || method.getParameterCount() > 0) continue;
            bounds.put(method.getName(), text(method.invoke(new HttpLimits())));
        }
        assertEquals(bounds, documented(false));
    }

    @Test
    void everyOtherBoundIsDocumentedWithItsValue() throws ReflectiveOperationException {
        var bounds = new TreeMap<String, String>();
        addConstants(HttpServer.class, bounds);
        addConstants(Limits.class, bounds);
        for (var file : Readme.classFiles(APP)) {
            var type = Class.forName(APP + "." + file.getFileName().toString().replace(".class", ""));
            if (Modifier.isPublic(type.getModifiers())) addConstants(type, bounds);
        }
        assertEquals(bounds, documented(true));
    }

    /// Those that are public; of Limits, which is nobody else's, all.
    private static void addConstants(Class<?> type, Map<String, String> bounds) throws ReflectiveOperationException {
        for (var field : type.getDeclaredFields()) {
            var isNumber = field.getType() == int.class || field.getType() == long.class;
            var isBound = type == Limits.class
                    || Modifier.isPublic(field.getModifiers()) && field.getName().endsWith("_MAX");
            if (isNumber && isBound) bounds.put(type.getSimpleName() + "." + field.getName(), text(field.get(null)));
        }
    }

    @Test
    void everyTestThatIsNamedIsThere() throws ClassNotFoundException {
        var named = TEST.matcher(Readme.text()).results().toList();
        assertTrue(named.size() > 25, "the pattern finds few names: " + named.size());
        for (var each : named) {
            var type = Class.forName("dev.anillo.http.server." + each.group(1));
            assertTrue(Arrays.stream(type.getDeclaredMethods()).anyMatch(it -> it.getName().equals(each.group(2))),
                    each::group);
        }
    }
}
