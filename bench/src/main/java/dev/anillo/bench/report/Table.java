package dev.anillo.bench.report;

import java.util.List;
import java.util.Map;

/// A table in a page. On narrow screens it scrolls by itself, not the page.
final class Table {
    /// @param isNumber those stand at the right, so that digits of a kind are below one another
    record Column(String name, boolean isNumber) {
        static Column text(String name) {
            return new Column(name, false);
        }

        static Column number(String name) {
            return new Column(name, true);
        }
    }

    private final StringBuilder out = new StringBuilder();

    /// @param style for the style sheet
    /// @param label what it shows, for those who hear it
    Table(String style, String label, List<Column> columns) {
        out.append("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"").append(Html.escaped(label))
                .append("\"><table class=\"").append(style).append("\">\n");
        if (columns.isEmpty()) return;
        out.append("<thead><tr>");
        columns.forEach(column -> out.append("<th scope=\"col\"").append(column.isNumber ? " class=\"number\">" : ">")
                .append(Html.escaped(column.name)).append("</th>"));
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
