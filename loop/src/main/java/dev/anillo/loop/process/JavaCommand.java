package dev.anillo.loop.process;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How a virtual machine like this one is started: the same java, modules, class path, access to native code, transport,
/// and whatever else was said on the command line. The launcher's own options are among these.
final class JavaCommand {
    private static final String PROJECT = "dev.anillo.";

    /// Options of java(1) that say what to run.
    private static final Set<String> PROGRAMS = Set.of("-m", "--module", "-jar", "--source");

    /// Options whose value is the next argument.
    private static final Set<String> PATHS = Set.of("-p", "--module-path", "-cp", "-classpath", "--class-path",
            "--upgrade-module-path");
    private static final Set<String> WITH_VALUE = Set.of("--add-modules", "--limit-modules", "--add-opens", "--add-exports",
            "--add-reads", "--patch-module", "--enable-native-access");

    private JavaCommand() {}

    /// @param main with a main method, on the class path or in a module
    static List<String> of(Class<?> main, List<String> options, String... arguments) {
        var source = source(main);
        if (source != null) return of(source, options, arguments);
        var command = start(options);
        if (main.getModule().isNamed()) {
            command.add("--module");
            command.add(main.getModule().getName() + "/" + main.getName());
        } else {
            command.add(main.getName());
        }
        command.addAll(List.of(arguments));
        return command;
    }

    /// What this process was started with, once more.
    ///
    /// @param options further ones of java
    /// @throws IllegalStateException where the system does not tell
    static List<String> again(List<String> options) {
        var arguments = ownArguments();
        if (arguments.isEmpty()) {
            throw new IllegalStateException("this system does not tell how the process was started: "
                    + "say what workers run (ClusterOptions.main)");
        }
        var command = new ArrayList<>(arguments);
        command.addAll(Math.max(0, program(arguments)), options);
        command.removeIf(JavaCommand::isDebugger);
        command.addFirst(java());
        return command;
    }

    /// From the system's own file where there is one: what ProcessHandle tells ends with a page.
    private static List<String> ownArguments() {
        try {
            var commandLine = Files.readString(Path.of("/proc/self/cmdline")).split("\0", -1);
            return List.of(commandLine).subList(1, commandLine.length - 1); // behind the last zero is nothing
        } catch (IOException _) {
            return List.of(ProcessHandle.current().info().arguments().orElse(new String[0]));
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /// By the project's launcher where it is known, which compiles a file once and starts it faster. Else java compiles the
    /// file in the memory of the child.
    static List<String> of(Path file, List<String> options, String... arguments) {
        var launcher = launcher();
        var command = launcher != null && options.stream().allMatch(JavaCommand::isForLauncher)
                ? startLauncher(launcher, options) : start(options);
        command.add(file.toAbsolutePath().toString()); // whose name can't begin with -
        command.addAll(List.of(arguments));
        return command;
    }

    /// The file that java itself has compiled to run it; null for a class that is somewhere.
    private static Path source(Class<?> main) {
        var source = main.getProtectionDomain().getCodeSource();
        return source != null && isSource(source) ? Path.of(URI.create(source.getLocation().toString())) : null;
    }

    private static boolean isSource(CodeSource source) {
        return source.getLocation() != null && source.getLocation().getPath().endsWith(".java");
    }

    /// Null where this process was not started by it.
    private static Path launcher() {
        var home = System.getProperty("anillo.home");
        return home == null ? null : Path.of(home, "anillo");
    }

    private static boolean isForLauncher(String option) {
        return option.startsWith("-D") || option.startsWith("-X");
    }

    private static ArrayList<String> startLauncher(Path launcher, List<String> options) {
        var command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(settings());
        command.addAll(options);
        return command;
    }

    /// What the launcher and users tell this project: the transport, say.
    private static List<String> settings() {
        return System.getProperties().stringPropertyNames().stream().filter(name -> name.startsWith("anillo.")).sorted()
                .map(name -> "-D" + name + "=" + System.getProperty(name)).toList();
    }

    private static ArrayList<String> start(List<String> options) {
        var command = new ArrayList<String>();
        command.add(java());
        var own = ownOptions();
        command.addAll(own.isEmpty() ? rebuiltOptions() : own);
        command.addAll(options);
        return command;
    }

    /// As the system tells the command line; empty where it does not, or where a file holds a part of it.
    private static List<String> ownOptions() {
        var arguments = ownArguments();
        var program = program(arguments);
        if (program < 0) return List.of();
        var options = new ArrayList<String>();
        for (var i = 0; i < program; i++) {
            var argument = arguments.get(i);
            if (isDebugger(argument)) continue;
            options.add(argument);
            if (PATHS.contains(argument)) options.add(absolute(arguments.get(++i)));
        }
        if (arguments.get(program).equals("-jar")) {
            options.addAll(List.of("--class-path", absolute(arguments.get(program + 1))));
        }
        return options;
    }

    /// Where the options of java end; -1 where that can't be told.
    private static int program(List<String> arguments) {
        for (var i = 0; i < arguments.size(); i++) {
            var argument = arguments.get(i);
            if (argument.startsWith("@")) return -1;
            if (PROGRAMS.contains(argument) || !argument.startsWith("-")) return i;
            if (PATHS.contains(argument) || WITH_VALUE.contains(argument)) i++;
        }
        return -1;
    }

    /// Two can't listen on the same port.
    private static boolean isDebugger(String argument) {
        return argument.startsWith("-agentlib:jdwp") || argument.startsWith("-Xrunjdwp");
    }

    /// The child may start in another directory.
    private static String absolute(String paths) {
        return Stream.of(paths.split(File.pathSeparator)).map(path -> Path.of(path).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /// From what a program can see of itself: enough to run, without what was said about memory and the like.
    private static List<String> rebuiltOptions() {
        var options = new ArrayList<String>();
        var modulePath = System.getProperty("jdk.module.path", "");
        if (!modulePath.isEmpty()) options.addAll(List.of("--module-path", absolute(modulePath)));
        var classPath = System.getProperty("java.class.path", "");
        if (!classPath.isEmpty()) options.addAll(List.of("--class-path", absolute(classPath)));
        var modules = ModuleLayer.boot().modules().stream().filter(module -> module.getName().startsWith(PROJECT)).toList();
        if (!modules.isEmpty()) options.addAll(List.of("--add-modules", names(modules)));
        var natives = modules.stream().filter(Module::isNativeAccessEnabled).toList();
        if (!natives.isEmpty()) options.add("--enable-native-access=" + names(natives));
        else if (JavaCommand.class.getModule().isNativeAccessEnabled()) options.add("--enable-native-access=ALL-UNNAMED");
        options.addAll(settings());
        return options;
    }

    private static String names(List<Module> modules) {
        return modules.stream().map(Module::getName).collect(Collectors.joining(","));
    }
}
