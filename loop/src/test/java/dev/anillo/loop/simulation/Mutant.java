package dev.anillo.loop.simulation;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;

/// The loop with one of its protections switched off, in the compiled class: a call that is left out, a condition that
/// always has one answer, or a difference of positions that do not wrap.
///
/// @param protection what is missing
/// @param type the class, below `dev.anillo.loop`, with slashes
/// @param method where
/// @param name of the call or the field in there, or [#DIFFERENCE]
/// @param value what stands in the place of its result; ignored where it has none
record Mutant(String protection, String type, String method, String name, int value) {
    /// The first subtraction of ints: in its place stands which of the two is the greater one, as unsigned numbers, and
    /// so as it may be thought of where positions only grow.
    static final String DIFFERENCE = "-";

    private static final String PACKAGE = "dev/anillo/loop/";
    private static final MethodTypeDesc COMPARE =
            MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int);

    /// Writes the class, changed, below `to`.
    void write(Path classes, Path to) throws IOException {
        var file = PACKAGE + type + ".class";
        var before = Files.readAllBytes(classes.resolve(file));
        var changes = new int[1];
        CodeTransform change = (builder, element) -> {
            var done = name.equals(DIFFERENCE) && changes[0] > 0;
            if (!done && replaces(builder, element)) changes[0]++;
            else builder.with(element);
        };
        var format = ClassFile.of();
        var after = format.transformClass(format.parse(before),
                ClassTransform.transformingMethodBodies(each -> each.methodName().equalsString(method), change));
        if (changes[0] == 0) {
            throw new AssertionError("no " + name + " in " + type + "." + method + ": is the mutant out of date?");
        }
        Files.createDirectories(to.resolve(file).getParent());
        Files.write(to.resolve(file), after);
    }

    private boolean replaces(CodeBuilder builder, CodeElement element) {
        return switch (element) {
            case InvokeInstruction call when call.name().equalsString(name) -> {
                var type = call.typeSymbol();
                for (var parameter : type.parameterList().reversed()) pop(builder, TypeKind.from(parameter));
                if (call.opcode() != Opcode.INVOKESTATIC) builder.pop();
                push(builder, TypeKind.from(type.returnType()));
                yield true;
            }
            case FieldInstruction field when field.opcode() == Opcode.GETFIELD && field.name().equalsString(name) -> {
                builder.pop();
                push(builder, TypeKind.from(field.typeSymbol()));
                yield true;
            }
            case OperatorInstruction difference when difference.opcode() == Opcode.ISUB && name.equals(DIFFERENCE) -> {
                builder.invokestatic(ConstantDescs.CD_Integer, "compareUnsigned", COMPARE);
                yield true;
            }
            default -> false;
        };
    }

    private static void pop(CodeBuilder builder, TypeKind kind) {
        if (kind.slotSize() == 2) builder.pop2();
        else builder.pop();
    }

    private void push(CodeBuilder builder, TypeKind kind) {
        switch (kind.asLoadable()) {
            case VOID -> {}
            case LONG -> builder.loadConstant((long) value);
            case REFERENCE -> builder.aconst_null();
            case INT -> builder.loadConstant(value);
            default -> throw new IllegalArgumentException("no " + kind + " here");
        }
    }

    @Override
    public String toString() {
        return protection;
    }
}
