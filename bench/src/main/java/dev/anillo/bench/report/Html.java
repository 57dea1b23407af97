package dev.anillo.bench.report;

/// Text in HTML and in SVG.
final class Html {
    private Html() {}

    /// For content and for values of attributes between double quotes. What XML has no way to say becomes a question mark.
    static String escaped(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints().forEach(each -> {
            switch (each) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(isAllowed(each) ? each : '?');
            }
        });
        return out.toString();
    }

    /// XML 1.0, section 2.2.
    private static boolean isAllowed(int character) {
        return character == '\t' || character == '\n' || character == '\r' || character >= 0x20 && character <= 0xd7ff
                || character >= 0xe000 && character <= 0xfffd || character >= 0x10000;
    }
}
