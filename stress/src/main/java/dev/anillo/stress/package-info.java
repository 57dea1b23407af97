/// The proof that the stress tests can fail.
package dev.anillo.stress;
