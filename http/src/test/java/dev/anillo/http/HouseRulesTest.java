package dev.anillo.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Who may use whom, read from the class files. ARCHITECTURE.md tells why.
class HouseRulesTest {
    private static final List<String> MODULES = List.of("native-bindings", "loop", "http");

    /// The packages that may touch Linux: the two native drivers and what they share.
    private static final Set<String> LINUX_USERS =
            Set.of("dev.anillo.loop.driver.uring", "dev.anillo.loop.driver.epoll", "dev.anillo.loop.driver.posix");

    /// Beside java.*: JDK modules that every JDK has and no other library brings.
    private static final Set<String> JDK_EXTRAS = Set.of("jdk.net");

    /// One class and the packages of the classes it names.
    private record Unit(String module, String packageName, String className, Set<String> uses) {
        boolean isIn(String packagePrefix) {
            return within(packageName, packagePrefix);
        }

        Stream<String> uses(String packagePrefix) {
            return uses.stream().filter(used -> within(used, packagePrefix));
        }
    }

    private static List<Unit> units;

    @BeforeAll
    static void readClassFiles() throws IOException {
        units = new ArrayList<>();
        for (var module : MODULES) {
            var classes = Path.of(System.getProperty("basedir", "."), "..", module, "target", "classes");
            try (var files = Files.walk(classes)) {
                for (var file : files.filter(HouseRulesTest::isClassFile).toList()) units.add(read(module, file));
            }
        }
    }

    private static boolean isClassFile(Path file) {
        var name = file.getFileName().toString();
        return name.endsWith(".class") && !name.equals("module-info.class");
    }

    private static Unit read(String module, Path file) throws IOException {
        var model = ClassFile.of().parse(file);
        var name = model.thisClass().asSymbol();
        var uses = new TreeSet<String>();
        for (var entry : model.constantPool()) {
            switch (entry) {
                case ClassEntry used -> add(uses, used.asSymbol());
                case NameAndTypeEntry used -> addDescriptor(uses, used.type().stringValue());
                case MethodTypeEntry used -> addDescriptor(uses, used.descriptor().stringValue());
                default -> {}
            }
        }
        addMembers(uses, model);
        return new Unit(module, name.packageName(), name.displayName(), uses);
    }

    private static void addMembers(Set<String> uses, ClassModel model) {
        model.fields().forEach(field -> add(uses, field.fieldTypeSymbol()));
        model.methods().forEach(method -> add(uses, method.methodTypeSymbol()));
    }

    private static void addDescriptor(Set<String> uses, String descriptor) {
        if (descriptor.startsWith("(")) add(uses, MethodTypeDesc.ofDescriptor(descriptor));
        else add(uses, ClassDesc.ofDescriptor(descriptor));
    }

    private static void add(Set<String> uses, MethodTypeDesc type) {
        add(uses, type.returnType());
        type.parameterList().forEach(parameter -> add(uses, parameter));
    }

    private static void add(Set<String> uses, ClassDesc type) {
        while (type.isArray()) type = type.componentType();
        if (!type.isPrimitive()) uses.add(type.packageName());
    }

    private static boolean within(String packageName, String prefix) {
        return packageName.equals(prefix) || packageName.startsWith(prefix + ".");
    }

    private static void assertNone(Stream<String> offences) {
        assertEquals(List.of(), offences.toList());
    }

    private static String offence(Unit unit, String used) {
        return unit.packageName + "." + unit.className + " uses " + used;
    }

    @Test
    void allThreePublishedModulesAreLookedAt() {
        for (var module : MODULES) {
            assertTrue(units.stream().filter(unit -> unit.module.equals(module)).count() > 10, module);
        }
    }

    @Test
    void nothingIsUsedButTheJdkAndThisProject() {
        assertNone(units.stream().flatMap(unit -> unit.uses.stream()
                .filter(used -> !within(used, "java") && !JDK_EXTRAS.contains(used) && !within(used, "dev.anillo"))
                .map(used -> offence(unit, used))));
    }

    @Test
    void nativeBindingsUseNothingAbove() {
        assertNone(units.stream().filter(unit -> unit.isIn("dev.anillo.linux"))
                .flatMap(unit -> unit.uses.stream()
                        .filter(used -> within(used, "dev.anillo") && !within(used, "dev.anillo.linux"))
                        .map(used -> offence(unit, used))));
    }

    @Test
    void theLoopUsesNothingOfHttp() {
        assertNone(units.stream().filter(unit -> unit.isIn("dev.anillo.loop"))
                .flatMap(unit -> unit.uses("dev.anillo.http").map(used -> offence(unit, used))));
    }

    @Test
    void onlyTheNativeDriversTouchLinux() {
        assertNone(units.stream()
                .filter(unit -> !unit.isIn("dev.anillo.linux") && !LINUX_USERS.contains(unit.packageName))
                .flatMap(unit -> unit.uses("dev.anillo.linux").map(used -> offence(unit, used))));
    }

    @Test
    void driversKnowNothingOfSocketsNorOfEachOther() {
        var drivers = List.of("dev.anillo.loop.driver.uring", "dev.anillo.loop.driver.epoll", "dev.anillo.loop.driver.nio");
        assertNone(units.stream().filter(unit -> unit.isIn("dev.anillo.loop.driver") && !unit.packageName.equals("dev.anillo.loop.driver"))
                .flatMap(unit -> unit.uses.stream()
                        .filter(used -> within(used, "dev.anillo.loop.net")
                                || drivers.contains(used) && !used.equals(unit.packageName))
                        .map(used -> offence(unit, used))));
    }

    @Test
    void theWireFormatUsesNothingButMemoryOfTheLoop() {
        assertNone(units.stream().filter(unit -> unit.isIn("dev.anillo.http.wire"))
                .flatMap(unit -> unit.uses.stream()
                        .filter(used -> within(used, "dev.anillo") && !within(used, "dev.anillo.http.wire")
                                && !used.equals("dev.anillo.loop.memory"))
                        .map(used -> offence(unit, used))));
    }

    @Test
    void httpReachesTheLoopThroughItsPublicPackagesAndMemoryAlone() {
        var open = Set.of("dev.anillo.loop", "dev.anillo.loop.buffer", "dev.anillo.loop.net", "dev.anillo.loop.stream",
                "dev.anillo.loop.process", "dev.anillo.loop.memory");
        assertNone(units.stream().filter(unit -> unit.isIn("dev.anillo.http"))
                .flatMap(unit -> unit.uses("dev.anillo.loop").filter(used -> !open.contains(used))
                        .map(used -> offence(unit, used))));
    }
}
