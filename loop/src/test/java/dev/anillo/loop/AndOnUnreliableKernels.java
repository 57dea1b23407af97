package dev.anillo.loop;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;

/// Runs the class on kernels that make use of all their liberties as well ([TransportTest#UNRELIABLE]).
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "{0}")
@FieldSource("dev.anillo.loop.TransportTest#UNRELIABLE_ONES")
@interface AndOnUnreliableKernels {}
