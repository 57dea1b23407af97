/// Whom Anillo is compared with: one short class for each server of the JVM in its documented fast configuration,
/// configurations of other servers, and two floors in C. [Contenders] lists them, with the command that starts each.
package dev.anillo.bench.peers;
