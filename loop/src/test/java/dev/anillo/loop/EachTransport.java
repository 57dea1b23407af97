package dev.anillo.loop;

import dev.anillo.loop.driver.Transports;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;

/// Runs the class once for each transport. One that is absent here is reported as skipped, with its reason.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ParameterizedClass(name = "{0}")
@FieldSource("dev.anillo.loop.EachTransport#NAMES")
@interface EachTransport {
    /// Here, where JUnit may look even when no test of the driver's package is run.
    List<String> NAMES = Transports.NAMES;
}
