/// A generator that keeps to a schedule, whatever the server does: those that wait for an answer before they ask again
/// never see how long the others would have waited (coordinated omission).
package dev.anillo.bench.load;
