package dev.anillo.bench.report;

import java.util.List;
import java.util.Map;

/// A table in a page. On narrow screens it scrolls by itself, not the page.
final class Table {
    private final StringBuilder out = new StringBuilder();

    /// @param label what it shows, for those who hear it
    Table(String label, List<String> heads) {
        out.append("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"").append(Html.escaped(label))
                .append("\"><table>\n");
        if (heads.isEmpty()) return;
        out.append("<thead><tr>");
        heads.forEach(head -> out.append("<th scope=\"col\">").append(Html.escaped(head)).append("</th>"));
        out.append("</tr></thead>\n");
    }

    Table row() {
        out.append("<tr>");
        return this;
    }

    /// What the row is about.
    Table head(String text) {
        out.append("<th scope=\"row\">").append(Html.escaped(text)).append("</th>");
        return this;
    }

    Table text(String text) {
        out.append("<td>").append(Html.escaped(text)).append("</td>");
        return this;
    }

    Table code(String text) {
        out.append("<td><code>").append(Html.escaped(text)).append("</code></td>");
        return this;
    }

    Table number(String figure) {
        return cell("number", Map.of(), figure);
    }

    /// @param data by which programs find the figure: `data-…` attributes
    Table cell(String style, Map<String, String> data, String text) {
        out.append("<td class=\"").append(style).append('"');
        data.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(each -> out.append(" data-").append(each.getKey())
                .append("=\"").append(Html.escaped(each.getValue())).append('"'));
        out.append('>').append(Html.escaped(text)).append("</td>");
        return this;
    }

    void endRow() {
        out.append("</tr>\n");
    }

    String end() {
        return out + "</table></div>\n";
    }
}
