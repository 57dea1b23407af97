/// Nanoseconds: the pieces that every request passes, each by itself, measured with JMH.
package dev.anillo.bench.micro;
