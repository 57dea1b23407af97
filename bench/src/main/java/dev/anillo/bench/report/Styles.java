package dev.anillo.bench.report;

import dev.anillo.bench.compare.Side;

/// What the style sheet calls the two sides: base is dashed, its points are circles; head is solid, its points are squares.
final class Styles {
    private Styles() {}

    static String of(Side side) {
        return switch (side) {
            case BASE -> "base";
            case HEAD -> "head";
        };
    }
}
