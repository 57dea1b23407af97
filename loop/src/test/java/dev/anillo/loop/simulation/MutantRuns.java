package dev.anillo.loop.simulation;

import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;

/// Runs the simulation of a kernel with one changed class after the other, each in a class loader of its own, and tells
/// of each whether it was noticed and when. A process for all of them: most are noticed long before a JVM has started.
///
///     MutantRuns KERNEL MINUTES CLASSES:CLASSES… DIRECTORY…
final class MutantRuns {
    static final String NOTICED = "noticed after ";
    static final String NOT_NOTICED = "not noticed";
    private static final int FIRST_DIRECTORY = 3;

    private MutantRuns() {}

    static void main(String[] arguments) throws Exception {
        var classes = arguments[2].split(":");
        for (var i = FIRST_DIRECTORY; i < arguments.length; i++) {
            var urls = new ArrayList<URL>();
            urls.add(Path.of(arguments[i]).toUri().toURL());
            for (var each : classes) urls.add(Path.of(each).toUri().toURL());
            try (var loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
                IO.println(run(loader, arguments[0], arguments[1]));
            }
        }
    }

    private static String run(ClassLoader loader, String kernel, String minutes) throws ReflectiveOperationException {
        var start = System.nanoTime();
        var main = loader.loadClass(Simulation.class.getName()).getDeclaredMethod("main", String[].class);
        main.setAccessible(true);
        try {
            main.invoke(null, (Object) new String[] {"--kernel", kernel, "--minutes", minutes});
            return NOT_NOTICED;
        } catch (InvocationTargetException noticed) {
            var told = String.valueOf(noticed.getCause()).lines().findFirst().orElse("");
            return NOTICED + "%.2f s: %s".formatted((System.nanoTime() - start) / 1e9, told);
        }
    }
}
