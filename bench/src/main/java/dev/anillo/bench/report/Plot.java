package dev.anillo.bench.report;

import dev.anillo.bench.compare.Side;
import java.util.Locale;

/// Two axes, a grid, and what is drawn between them. All are of one size, which is readable on a phone one below the other.
final class Plot {
    static final int WIDTH = 420;
    static final int HEIGHT = 272;
    private static final int LEFT = 54;
    private static final int RIGHT = 14;
    private static final int TOP = 44;
    private static final int BOTTOM = 36;
    private static final double CIRCLE = 5;
    private static final double HALF_SQUARE = 3.25;

    private final Scale x;
    private final Scale y;
    private final Svg svg;

    Plot(String id, String title, String description, Scale x, String xLabel, Scale y, String yLabel) {
        this.x = x;
        this.y = y;
        svg = new Svg(id, WIDTH, HEIGHT, title, description);
        svg.text("title", 4, 14, "start", title);
        svg.text("quiet", 4, TOP - 15, "start", yLabel);
        svg.text("quiet", WIDTH - RIGHT, HEIGHT - 5, "end", xLabel);
        grid();
    }

    private void grid() {
        for (var mark : y.marks()) {
            svg.line("grid", LEFT, down(mark.value()), WIDTH - RIGHT, down(mark.value()));
            svg.text("mark", LEFT - 6, down(mark.value()) + 4, "end", mark.label());
        }
        for (var mark : x.marks()) {
            svg.line("grid", across(mark.value()), TOP, across(mark.value()), HEIGHT - BOTTOM);
            svg.text("mark", across(mark.value()), HEIGHT - BOTTOM + 15, "middle", mark.label());
        }
        svg.line("axis", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
    }

    double across(double value) {
        return LEFT + x.at(value) * (WIDTH - LEFT - RIGHT);
    }

    double down(double value) {
        return HEIGHT - BOTTOM - y.at(value) * (HEIGHT - TOP - BOTTOM);
    }

    /// Broken where a value is not known. One between two gaps is a dot: a line of no length, with round ends.
    void curve(String style, double[] xs, double[] ys) {
        var data = new StringBuilder();
        var isDrawing = false;
        for (var i = 0; i < xs.length; i++) {
            var isKnown = Double.isFinite(xs[i]) && Double.isFinite(ys[i]) && isDrawable(y, ys[i]) && isDrawable(x, xs[i]);
            if (isKnown) data.append(isDrawing ? "L" : "M").append(point(xs[i], ys[i])).append(isDrawing ? "" : "h0");
            isDrawing = isKnown;
        }
        svg.path(style, data.toString());
    }

    private static boolean isDrawable(Scale scale, double value) {
        return Double.isFinite(scale.at(value));
    }

    /// The area between two curves over the same values.
    void band(String style, double[] xs, double[] lows, double[] highs) {
        if (xs.length < 2) return;
        var data = new StringBuilder("M");
        for (var i = 0; i < xs.length; i++) data.append(i > 0 ? "L" : "").append(point(xs[i], highs[i]));
        for (var i = xs.length - 1; i >= 0; i--) data.append('L').append(point(xs[i], lows[i]));
        svg.path(style, data.append('z').toString());
    }

    private String point(double x, double y) {
        return Svg.number(across(x)) + " " + Svg.number(Math.clamp(down(y), TOP, HEIGHT));
    }

    /// A circle for base, and a square for head that fits into it: no reader has to tell them by their colours, and both
    /// are to be seen where they are alike.
    void marker(Side side, String style, double x, double y, String tip) {
        var names = side.name().toLowerCase(Locale.ROOT) + " " + style;
        switch (side) {
            case BASE -> svg.circle(names, across(x), down(y), CIRCLE, tip);
            case HEAD -> svg.square(names, across(x), down(y), HALF_SQUARE, tip);
        }
    }

    /// From one value of y to another.
    void whisker(String style, double x, double low, double high) {
        svg.line(style, across(x), down(low), across(x), down(high));
    }

    void above(String style, double x, double y, String text) {
        svg.text(style, across(x), down(y) - 10, "middle", text);
    }

    /// A triangle that points at the axis of x.
    void triangle(String style, double x, double half, String tip) {
        var foot = HEIGHT - BOTTOM;
        svg.shape(style, "M%s %dl%s %sh%sz".formatted(Svg.number(across(x)), foot - 2, Svg.number(-half),
                Svg.number(-2 * half), Svg.number(2 * half)), tip);
    }

    String end() {
        return svg.end();
    }
}
