/// Linux as Java sees it: generated structs and constants, and every system call this project makes.
/// For `dev.anillo.loop` alone; nothing here is a public API.
@SuppressWarnings("module") // dev.anillo.loop is compiled after this module and not known yet
module dev.anillo.linux {
    exports dev.anillo.linux to dev.anillo.loop;
    exports dev.anillo.linux.call to dev.anillo.loop;
}
