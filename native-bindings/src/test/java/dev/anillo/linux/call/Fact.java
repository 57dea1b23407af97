package dev.anillo.linux.call;

import dev.anillo.linux.Linux;
import dev.anillo.linux.epoll_event;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What the bindings claim about C. Read from them by reflection, so that a symbol added to them is compared as well.
///
/// @param name the claim, without spaces
/// @param expression its value in C
/// @param expected its value in Java
/// @param isInt whether Java has it as an int, where C's unsigned 1 << 31 is negative
record Fact(String name, String expression, long expected, boolean isInt) {
    private static final String OFFSET = "$offset";

    boolean holds(long actual) {
        return expected == (isInt ? (int) actual : actual);
    }

    /// Whether it is about a member that the kernel keeps for later: other versions may have made use of it.
    boolean isReserved() {
        return name.contains(".resv") || name.contains(".__pad") || name.contains(".__spare");
    }

    /// @param architecture in the words of `os.arch`: epoll_event is the one struct that depends on it
    static List<Fact> on(String architecture) throws Exception {
        var facts = new ArrayList<>(ofEpollEvent(EpollEvent.Shape.on(architecture)));
        for (var struct : generatedStructs()) {
            if (struct != epoll_event.class || architecture.equals("amd64")) facts.addAll(ofStruct(struct));
        }
        facts.addAll(ofConstants());
        return facts;
    }

    private static List<Fact> ofEpollEvent(EpollEvent.Shape shape) {
        var struct = "struct epoll_event";
        return List.of(
                of("EpollEvent.SIZE", sizeOf(struct), shape.size()),
                of("EpollEvent.EVENTS", offsetOf(struct, "events"), shape.events()),
                of("EpollEvent.DATA", offsetOf(struct, "data"), shape.data()));
    }

    private static List<Class<?>> generatedStructs() throws IOException, URISyntaxException {
        var classes = Path.of(Linux.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (var files = Files.list(classes.resolve(Linux.class.getPackageName().replace('.', '/')))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".class") && !file.contains("$") && !file.equals("Linux.class"))
                    .<Class<?>>map(file -> classNamed(file.substring(0, file.length() - ".class".length())))
                    .toList();
        }
    }

    private static Class<?> classNamed(String simpleName) {
        try {
            return Class.forName(Linux.class.getPackageName() + "." + simpleName);
        } catch (ClassNotFoundException impossible) {
            throw new AssertionError(simpleName, impossible);
        }
    }

    private static List<Fact> ofStruct(Class<?> struct) throws ReflectiveOperationException {
        var type = "struct " + struct.getSimpleName();
        var facts = new ArrayList<Fact>();
        for (var getter : methods(struct).toList()) {
            var value = (long) getter.invoke(null);
            if (getter.getName().equals("sizeof")) {
                facts.add(of("sizeof(" + struct.getSimpleName() + ")", sizeOf(type), value));
            } else {
                var member = getter.getName().substring(0, getter.getName().length() - OFFSET.length());
                facts.add(of(struct.getSimpleName() + "." + member, offsetOf(type, member), value));
            }
        }
        return facts;
    }

    private static List<Fact> ofConstants() throws ReflectiveOperationException {
        var facts = new ArrayList<Fact>();
        for (var constant : methods(Linux.class).toList()) {
            var type = constant.getReturnType();
            if (type != int.class && type != long.class) continue;
            var value = ((Number) constant.invoke(null)).longValue();
            facts.add(new Fact(constant.getName(), constant.getName(), value, type == int.class));
        }
        return facts;
    }

    private static Stream<Method> methods(Class<?> type) {
        return Stream.of(type.getMethods())
                .filter(method -> method.getDeclaringClass() == type && method.getParameterCount() == 0);
    }

    private static Fact of(String name, String expression, long expected) {
        return new Fact(name, expression, expected, false);
    }

    private static String sizeOf(String type) {
        return "sizeof(" + type + ")";
    }

    private static String offsetOf(String type, String member) {
        return "__builtin_offsetof(" + type + ", " + member + ")";
    }
}
