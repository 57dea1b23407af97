package dev.anillo.bench.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class KernelCountersTest {
    private static final String EVENT = "raw_syscalls:sys_enter";

    @Test
    void perfTellsItsCountOrThatItDidNotCount() {
        assertEquals(749, KernelCounters.count("# started\n\n749,,raw_syscalls:sys_enter,20337085,100.00,,\n", EVENT));
        assertEquals(Double.NaN, KernelCounters.count("<not counted>,,raw_syscalls:sys_enter,0,100.00,,\n", EVENT));
    }
}
