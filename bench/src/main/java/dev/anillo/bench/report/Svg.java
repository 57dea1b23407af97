package dev.anillo.bench.report;

import java.util.Locale;

/// A picture within a page, whose style sheet gives it its colours. Its title and description are what is read aloud.
final class Svg {
    private final StringBuilder out = new StringBuilder();

    /// @param id of the picture in its page
    Svg(String id, int width, int height, String title, String description) {
        out.append("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-labelledby="%s-title %3$s-desc">
                <title id="%3$s-title">%s</title>
                <desc id="%3$s-desc">%s</desc>
                """.formatted(width, height, Html.escaped(id), Html.escaped(title), Html.escaped(description)));
    }

    /// A length with a tenth of a unit: enough for eyes, short enough for pages with many curves.
    static String number(double length) {
        var text = String.format(Locale.ROOT, "%.1f", length);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    void line(String style, double x1, double y1, double x2, double y2) {
        out.append("<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n"
                .formatted(style, number(x1), number(y1), number(x2), number(y2)));
    }

    void path(String style, String data) {
        if (!data.isEmpty()) out.append("<path class=\"%s\" d=\"%s\"/>\n".formatted(style, data));
    }

    void rectangle(String style, double x, double y, double width, double height) {
        out.append("<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>\n"
                .formatted(style, number(x), number(y), number(width), number(height)));
    }

    void circle(String style, double x, double y, double radius, String tip) {
        out.append("<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"%s\"><title>%s</title></circle>\n"
                .formatted(style, number(x), number(y), number(radius), Html.escaped(tip)));
    }

    void square(String style, double x, double y, double half, String tip) {
        shape(style, "M%s %sh%sv%sh%sz".formatted(number(x - half), number(y - half), number(2 * half), number(2 * half),
                number(-2 * half)), tip);
    }

    void shape(String style, String data, String tip) {
        out.append("<path class=\"%s\" d=\"%s\"><title>%s</title></path>\n".formatted(style, data, Html.escaped(tip)));
    }

    /// @param anchor `start`, `middle` or `end` of the text, which is at `x`
    void text(String style, double x, double baseline, String anchor, String text) {
        out.append("<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>\n"
                .formatted(style, number(x), number(baseline), anchor, Html.escaped(text)));
    }

    String end() {
        return out + "</svg>\n";
    }
}
