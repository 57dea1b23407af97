package dev.anillo.bench.profile;

import java.util.regex.Pattern;

/// Whose code a frame is.
enum Kind {
    /// What libraries bring, too.
    APPLICATION("application", "application and libraries"),
    JDK("jdk", "JDK"),
    NATIVE("native", "native code");

    private static final Pattern PACKAGES_OF_JDK = Pattern.compile("(java|javax|jdk|sun|com\\.sun)\\..*");

    private final String style;
    private final String words;

    Kind(String style, String words) {
        this.style = style;
        this.words = words;
    }

    /// Of Java code.
    static Kind of(String className) {
        return PACKAGES_OF_JDK.matcher(className).matches() ? JDK : APPLICATION;
    }

    /// Its class in flame.css.
    String style() {
        return style;
    }

    String words() {
        return words;
    }
}
