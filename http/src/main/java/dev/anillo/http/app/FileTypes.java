package dev.anillo.http.app;

import java.util.Locale;
import java.util.Map;

/// Media types by the ending of a file's name, for what the web is made of. Text is UTF-8.
final class FileTypes {
    /// For what is not known: a browser saves it instead of guessing.
    static final String UNKNOWN = "application/octet-stream";

    private static final Map<String, String> TYPES = Map.ofEntries(
            text("html", "html"), text("htm", "html"), text("css", "css"), text("js", "javascript"),
            text("mjs", "javascript"), text("txt", "plain"), text("md", "markdown"), text("csv", "csv"),
            text("xml", "xml"), text("vtt", "vtt"), text("ics", "calendar"), text("java", "plain"),
            Map.entry("json", "application/json"), Map.entry("map", "application/json"),
            Map.entry("webmanifest", "application/manifest+json"), Map.entry("wasm", "application/wasm"),
            Map.entry("pdf", "application/pdf"), Map.entry("zip", "application/zip"), Map.entry("gz", "application/gzip"),
            Map.entry("tar", "application/x-tar"), Map.entry("jar", "application/java-archive"),
            Map.entry("xhtml", "application/xhtml+xml"), Map.entry("atom", "application/atom+xml"),
            Map.entry("rss", "application/rss+xml"), Map.entry("svg", "image/svg+xml"), Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"), Map.entry("jpeg", "image/jpeg"), Map.entry("gif", "image/gif"),
            Map.entry("webp", "image/webp"), Map.entry("avif", "image/avif"), Map.entry("ico", "image/x-icon"),
            Map.entry("bmp", "image/bmp"), Map.entry("woff", "font/woff"), Map.entry("woff2", "font/woff2"),
            Map.entry("ttf", "font/ttf"), Map.entry("otf", "font/otf"), Map.entry("mp3", "audio/mpeg"),
            Map.entry("ogg", "audio/ogg"), Map.entry("wav", "audio/wav"), Map.entry("flac", "audio/flac"),
            Map.entry("m4a", "audio/mp4"), Map.entry("mp4", "video/mp4"), Map.entry("webm", "video/webm"),
            Map.entry("mov", "video/quicktime"));

    private FileTypes() {}

    private static Map.Entry<String, String> text(String ending, String subtype) {
        return Map.entry(ending, "text/" + subtype + "; charset=utf-8");
    }

    /// The value of Content-Type.
    static String of(String fileName) {
        var ending = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return TYPES.getOrDefault(ending, UNKNOWN);
    }
}
