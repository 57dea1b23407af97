package dev.anillo.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;

/// Where a value lies between the two ends of an axis, and which values are written beside it.
record Scale(double low, double high, DoubleUnaryOperator shape, List<Mark> marks) {
    private static final int MARKS_WANTED = 5;

    record Mark(double value, String label) {}

    /// Part of the way from the low end to the high one: 0 to 1 within the axis.
    double at(double value) {
        var from = shape.applyAsDouble(low);
        return (shape.applyAsDouble(value) - from) / (shape.applyAsDouble(high) - from);
    }

    boolean holds(double value) {
        return value >= low && value <= high;
    }

    /// With marks at round numbers. Ends that are alike, or none, are pulled apart.
    static Scale linear(double low, double high, DoubleFunction<String> label) {
        if (!(high > low)) {
            var middle = Double.isFinite(low) ? low : 0;
            var apart = middle == 0 ? 1 : Math.abs(middle) / 10;
            return linear(middle - apart, middle + apart, label);
        }
        var step = step((high - low) / MARKS_WANTED);
        var marks = new ArrayList<Mark>();
        for (var i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
            marks.add(new Mark(i * step, label.apply(i * step)));
        }
        return new Scale(low, high, DoubleUnaryOperator.identity(), marks);
    }

    /// The next of 1, 2, 5, 10, …
    private static double step(double rough) {
        var power = Math.pow(10, Math.floor(Math.log10(rough)));
        for (var factor : new int[] {1, 2, 5}) {
            if (factor * power >= rough * 0.999) return factor * power;
        }
        return 10 * power;
    }

    /// From a power of ten, or twice or five times one, to another; marked at powers, and in between where there are few.
    static Scale logarithmic(double low, double high, DoubleFunction<String> label) {
        if (!(low > 0 && high >= low && Double.isFinite(high))) return logarithmic(1, 10, label);
        var from = below(low);
        var to = Math.max(above(high), from * 2);
        var decades = Math.log10(to / from);
        var factors = decades <= 1.5 ? new int[] {1, 2, 5} : decades <= 2.5 ? new int[] {1, 3} : new int[] {1};
        var marks = new ArrayList<Mark>();
        for (var power = Math.pow(10, Math.floor(Math.log10(from))); power <= to; power *= 10) {
            for (var factor : factors) {
                var value = factor * power;
                if (value >= from * 0.999 && value <= to * 1.001) marks.add(new Mark(value, label.apply(value)));
            }
        }
        return new Scale(from, to, Math::log, marks);
    }

    private static double below(double value) {
        var power = Math.pow(10, Math.floor(Math.log10(value)));
        return value >= 5 * power ? 5 * power : value >= 2 * power ? 2 * power : power;
    }

    private static double above(double value) {
        var power = Math.pow(10, Math.floor(Math.log10(value)));
        return value <= power ? power : value <= 2 * power ? 2 * power : value <= 5 * power ? 5 * power : 10 * power;
    }

    /// An axis on which each step to the right leaves a tenth of the answers: 50 %, 90 %, 99 %, …
    ///
    /// @param answers how many there are: beyond the last one there is nothing to see
    static Scale percentiles(double answers) {
        var high = Math.max(100, answers);
        var marks = new ArrayList<Mark>();
        marks.add(new Mark(1, "0"));
        marks.add(new Mark(2, "50"));
        var label = "90";
        for (var left = 10.0; left <= high; left *= 10) {
            marks.add(new Mark(left, label));
            label = label.equals("90") ? "99" : label.equals("99") ? "99.9" : label + "9";
        }
        return new Scale(1, high, Math::log, marks);
    }
}
