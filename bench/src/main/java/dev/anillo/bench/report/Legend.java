package dev.anillo.bench.report;

/// Which line is whose, with a piece of each.
final class Legend {
    static final String SIDES = of(
            entry(stroke("line base") + "<circle class=\"base marker\" cx=\"18\" cy=\"7\" r=\"4\"/>", "base"),
            entry(stroke("line head") + "<rect class=\"head marker\" x=\"14\" y=\"3\" width=\"8\" height=\"8\"/>", "head"));
    static final String TIMES = of(
            entry(stroke("line slowest head"), "slowest answer"),
            entry(stroke("line p99 head"), "99 % within"),
            entry(stroke("line p50 head"), "50 % within"),
            entry(stroke("own"), "own delay of the generator, 99 %"),
            entry("<path class=\"pause\" d=\"M18 12l-4-8h8z\"/>", "GC pause"));

    private Legend() {}

    private static String stroke(String style) {
        return "<line class=\"" + style + "\" x1=\"1\" y1=\"7\" x2=\"35\" y2=\"7\"/>";
    }

    private static String entry(String shapes, String label) {
        return "<span><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 36 14\" aria-hidden=\"true\">" + shapes
                + "</svg> " + label + "</span>\n";
    }

    private static String of(String... entries) {
        return "<p class=\"legend\">" + String.join("", entries) + "</p>\n";
    }
}
