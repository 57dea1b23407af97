package dev.anillo.stress;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.VarHandle;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// The loop's door with one of its protections broken, in the compiled classes.
///
///     Mutants CLASSES DIRECTORY
///
/// writes each mutant's class below a directory of its name, and prints the name and the test that must forbid what comes of it.
final class Mutants {
    private static final String LOOP = "dev/anillo/loop/";
    private static final ClassDesc INBOX = ClassDesc.of("dev.anillo.loop.Inbox");
    private static final ClassDesc NOTE = ClassDesc.of("dev.anillo.loop.Inbox$Note");
    private static final ClassDesc REACTOR = ClassDesc.of("dev.anillo.loop.Reactor");
    private static final ClassDesc POLLER = ClassDesc.of("dev.anillo.loop.driver.nio.Poller");
    private static final ClassDesc ATOMIC_INTEGER = AtomicInteger.class.describeConstable().orElseThrow();
    private static final ClassDesc ATOMIC_BOOLEAN = AtomicBoolean.class.describeConstable().orElseThrow();
    private static final ClassDesc VAR_HANDLE = VarHandle.class.describeConstable().orElseThrow();
    private static final ClassDesc SELECTOR = Selector.class.describeConstable().orElseThrow();

    /// What stands in the place of a call; its receiver and arguments are on the stack.
    private interface Replacement extends Consumer<CodeBuilder> {}

    /// @param name what is broken
    /// @param test the nested class of the test that forbids it
    /// @param type the class, below `dev.anillo.loop`, with slashes
    /// @param method in there
    /// @param before at the method's start; null for nothing
    /// @param call whose place the replacement takes
    private record Mutant(String name, String test, String type, String method, Replacement before, String call,
            Replacement replacement) {
        void write(Path classes, Path directory) throws IOException {
            var file = LOOP + type + ".class";
            var replaced = new int[1];
            var change = new CodeTransform() {
                @Override
                public void atStart(CodeBuilder code) {
                    if (before != null) before.accept(code);
                }

                @Override
                public void accept(CodeBuilder code, CodeElement element) {
                    if (element instanceof InvokeInstruction invoke && invoke.name().equalsString(call)) {
                        replacement.accept(code);
                        replaced[0]++;
                    } else {
                        code.with(element);
                    }
                }
            };
            var format = ClassFile.of();
            var changed = format.transformClass(format.parse(Files.readAllBytes(classes.resolve(file))),
                    ClassTransform.transformingMethodBodies(each -> each.methodName().equalsString(method), change));
            if (replaced[0] == 0) throw new AssertionError("no " + call + " in " + type + "." + method + ": out of date");
            var target = directory.resolve(name).resolve(file);
            Files.createDirectories(target.getParent());
            Files.write(target, changed);
        }
    }

    private Mutants() {}

    static void main(String[] arguments) throws IOException {
        for (var mutant : all()) {
            mutant.write(Path.of(arguments[0]), Path.of(arguments[1]));
            IO.println(mutant.name + " " + mutant.test);
        }
    }

    private static List<Mutant> all() {
        var flag = new int[1];
        return List.of(
                new Mutant("the-flag-is-read-before-the-task-is-put", "SleepStress.OneTask", "Reactor", "put",
                        code -> {
                            flag[0] = code.allocateLocal(TypeKind.INT);
                            code.aload(0).getfield(REACTOR, "sleep", ATOMIC_INTEGER)
                                    .invokevirtual(ATOMIC_INTEGER, "get", MethodTypeDesc.of(CD_int)).istore(flag[0]);
                        },
                        "get", code -> code.pop().iload(flag[0])),
                new Mutant("no-look-at-the-inbox-before-the-sleep", "SleepStress.OneTask", "Reactor", "poll", null,
                        "isEmpty", code -> code.pop().iconst_1()),
                new Mutant("the-flag-may-be-seen-late", "SleepStress.OneTask", "Reactor", "poll", null,
                        "set", Mutants::lazySet),
                new Mutant("the-flag-may-be-seen-late-by-who-asks", "PulseStress", "Reactor", "poll", null,
                        "set", Mutants::lazySet),
                new Mutant("a-wake-up-is-never-seen", "SleepStress.ThreeTasks", "driver/posix/WakeUp", "seen", null,
                        "set", code -> code.pop2()),
                new Mutant("nio-forgets-to-take-the-flag-back", "SleepStress.ThreeTasksOnNio", "driver/nio/Poller",
                        "select", null, "getAndSet", code -> code.pop2().iconst_0()),
                new Mutant("nio-wakes-before-it-sets-the-flag", "SleepStress.ThreeTasksOnNio", "driver/nio/Poller",
                        "wake", Mutants::wakeUnlessWoken, "wakeup", code -> {}),
                new Mutant("a-put-that-overwrites", "InboxStress.OrderOfTwoPosters", "Inbox", "put", null,
                        "compareAndSet", Mutants::setTop),
                new Mutant("a-take-in-two-steps", "InboxStress.OrderOfTwoPosters", "Inbox", "takeAll", null,
                        "getAndSet", Mutants::getThenClear),
                new Mutant("an-inbox-that-shuts-in-two-steps", "InboxStress.PutAgainstShut", "Inbox", "shut", null,
                        "getAndSet", Mutants::getThenShut));
    }

    private static void lazySet(CodeBuilder code) {
        code.invokevirtual(ATOMIC_INTEGER, "lazySet", MethodTypeDesc.of(CD_void, CD_int));
    }

    private static void wakeUnlessWoken(CodeBuilder code) {
        code.aload(0).getfield(POLLER, "woken", ATOMIC_BOOLEAN)
                .invokevirtual(ATOMIC_BOOLEAN, "get", MethodTypeDesc.of(CD_boolean))
                .ifThen(Opcode.IFEQ, then -> then.aload(0).getfield(POLLER, "selector", SELECTOR)
                        .invokevirtual(SELECTOR, "wakeup", MethodTypeDesc.of(SELECTOR)).pop());
    }

    /// For `TOP.compareAndSet(this, below, note)`.
    private static void setTop(CodeBuilder code) {
        var note = code.allocateLocal(TypeKind.REFERENCE);
        code.astore(note).pop().aload(note)
                .invokevirtual(VAR_HANDLE, "set", MethodTypeDesc.of(CD_void, INBOX, NOTE)).iconst_1();
    }

    /// For `TOP.getAndSet(this, null)`.
    private static void getThenClear(CodeBuilder code) {
        code.pop().invokevirtual(VAR_HANDLE, "getVolatile", MethodTypeDesc.of(NOTE, INBOX));
        code.getstatic(INBOX, "TOP", VAR_HANDLE).aload(0).aconst_null()
                .invokevirtual(VAR_HANDLE, "setVolatile", MethodTypeDesc.of(CD_void, INBOX, NOTE));
    }

    /// For `TOP.getAndSet(this, SHUT)`.
    private static void getThenShut(CodeBuilder code) {
        code.pop().invokevirtual(VAR_HANDLE, "getVolatile", MethodTypeDesc.of(NOTE, INBOX));
        code.getstatic(INBOX, "TOP", VAR_HANDLE).aload(0).getstatic(INBOX, "SHUT", NOTE)
                .invokevirtual(VAR_HANDLE, "setVolatile", MethodTypeDesc.of(CD_void, INBOX, NOTE));
    }
}
