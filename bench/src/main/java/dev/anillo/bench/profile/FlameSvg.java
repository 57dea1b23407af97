package dev.anillo.bench.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Draws a tree of frames: the root at the bottom, and on each frame what it called. Whatever differs between files of their
/// own and pages is avoided: no declarations, no ids (a page may hold several graphs), styles that name their class.
final class FlameSvg {
    static final int WIDTH_PIXELS_MIN = 400;
    private static final int MARGIN = 10;
    private static final int HEAD = 62;
    private static final int TITLE_Y = 22;
    private static final int COUNTED_Y = 40;
    private static final int LEGEND_Y = 56;
    private static final int ROW = 18;
    /// Of a row: the rest parts it from the next one.
    private static final int FRAME_HEIGHT = ROW - 1;
    private static final int TEXT_RISE = 5;
    private static final int TEXT_INDENT = 3;
    /// Of the style's 12 pixels high letters, the widest of the usual fonts.
    private static final double LETTER_WIDTH = 7.25;
    /// Fewer tell nothing.
    private static final int LETTERS_MIN = 3;
    /// What is narrower can't be seen, and there is a lot of it.
    private static final double FRAME_WIDTH_MIN = 0.25;

    private final String title;
    private final String counted;
    private final Frame root;
    private final int width;
    private final int height;
    private final StringBuilder text = new StringBuilder();

    FlameSvg(String title, String counted, Frame root, int widthPixels) {
        if (widthPixels < WIDTH_PIXELS_MIN) {
            throw new IllegalArgumentException("a flame graph needs " + WIDTH_PIXELS_MIN + " pixels or more: " + widthPixels);
        }
        this.title = title;
        this.counted = counted;
        this.root = root;
        width = widthPixels;
        height = HEAD + rows(root) * ROW + MARGIN;
    }

    private double width(Frame frame) {
        return root.samples() == 0 ? 0 : (width - 2.0 * MARGIN) * frame.samples() / root.samples();
    }

    private int rows(Frame frame) {
        if (width(frame) < FRAME_WIDTH_MIN) return 0;
        return 1 + frame.callees().stream().mapToInt(this::rows).max().orElse(0);
    }

    String text() {
        append("""
                <svg xmlns="http://www.w3.org/2000/svg" class="flame" width="%d" height="%d" viewBox="0 0 %d %d">
                <style>%s</style>
                <rect class="ground" width="%d" height="%d"/>
                <text class="heading" x="%d" y="%d">%s</text>
                <text x="%d" y="%d">%s</text>
                """, width, height, width, height, resource("flame.css"), width, height, MARGIN, TITLE_Y, escaped(title), MARGIN,
                COUNTED_Y, escaped(counted));
        legend();
        append("""
                <g class="control reset"><text x="%d" y="%d" text-anchor="end">whole graph</text></g>
                <g class="control search"><text x="%d" y="%d" text-anchor="end">search</text></g>
                <text class="found" x="%d" y="%d" text-anchor="end"></text>
                """, width - MARGIN - 60, TITLE_Y, width - MARGIN, TITLE_Y, width - MARGIN, COUNTED_Y);
        frame(root, MARGIN, 1);
        append("<script><![CDATA[\n%s]]></script>\n</svg>\n", resource("flame.js"));
        return text.toString();
    }

    private void append(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values));
    }

    private void legend() {
        var x = (double) MARGIN;
        for (var kind : Kind.values()) {
            append("<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"10\" height=\"10\"/><text x=\"%.1f\" y=\"%d\">%s</text>\n",
                    kind.style(), x, LEGEND_Y - 9, x + 14, LEGEND_Y, kind.words());
            x += 14 + (kind.words().length() + 2) * LETTER_WIDTH;
        }
    }

    /// @param row its own, counted from 1 at the bottom
    private void frame(Frame frame, double x, int row) {
        var frameWidth = width(frame);
        if (frameWidth < FRAME_WIDTH_MIN) return;
        var y = height - MARGIN - row * ROW;
        var name = frame.name();
        append("<g class=\"frame\" data-name=\"%s\" data-samples=\"%d\"><title>%s\n%s</title>", escaped(name.brief()),
                frame.samples(), escaped(name.full()), shares(frame));
        append("<rect class=\"%s\" x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\"/>", name.kind().style(), x, y,
                frameWidth, FRAME_HEIGHT);
        var shown = cut(name.brief(), frameWidth);
        if (!shown.isEmpty()) {
            append("<text x=\"%.2f\" y=\"%d\">%s</text>", x + TEXT_INDENT, y + FRAME_HEIGHT - TEXT_RISE, escaped(shown));
        }
        append("</g>\n");
        var calleeX = x;
        for (var callee : frame.callees()) {
            frame(callee, calleeX, row + 1);
            calleeX += width(callee);
        }
    }

    private String shares(Frame frame) {
        return String.format(Locale.ROOT, "%,d samples, %.2f %%; %,d in itself", frame.samples(),
                100.0 * frame.samples() / root.samples(), frame.ownSamples());
    }

    /// As flame.js cuts it when widths change.
    private static String cut(String name, double frameWidth) {
        var letters = (int) ((frameWidth - 2 * TEXT_INDENT) / LETTER_WIDTH);
        if (letters < LETTERS_MIN) return "";
        return name.length() <= letters ? name : name.substring(0, letters - 1) + "…";
    }

    /// As the text of an element or an attribute. What XML has no place for is a question mark: names of methods may hold
    /// nearly everything.
    private static String escaped(String words) {
        var escaped = new StringBuilder();
        words.codePoints().forEach(character -> {
            switch (character) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(isOfXml(character) ? character : '?');
            }
        });
        return escaped.toString();
    }

    private static boolean isOfXml(int character) {
        return character >= ' ' && !(character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE)
                && character != 0xFFFE && character != 0xFFFF;
    }

    private static String resource(String name) {
        try (var file = FlameSvg.class.getResourceAsStream(name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
