package dev.anillo.bench.compare;

/// Of a comparison: what there was, and what is to come in its place.
public enum Side {
    BASE, HEAD
}
