/// The HTTP server. `import module dev.anillo.http;` is all that a program needs: the loop comes with it.
module dev.anillo.http {
    requires transitive dev.anillo.loop;

    exports dev.anillo.http;
    exports dev.anillo.http.app;
}
