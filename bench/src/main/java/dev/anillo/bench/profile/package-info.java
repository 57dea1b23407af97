/// Where a JVM spends its time: [Recorder] has the JVM take samples of its own stacks, [FlameGraph] draws them.
package dev.anillo.bench.profile;
