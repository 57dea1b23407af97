/// Linux as Java sees it: generated structs and constants, and every system call this project makes.
/// For `dev.anillo.loop` alone; nothing here is a public API.
module dev.anillo.linux {
    exports dev.anillo.linux to dev.anillo.loop;
    exports dev.anillo.linux.call to dev.anillo.loop;
}
