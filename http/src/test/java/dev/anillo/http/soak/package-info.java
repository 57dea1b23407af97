/// The server under faults, in processes of their own: [Soak] conducts, [SoakServer] serves, many [SoakClient]s ask and
/// compare, and some of them are killed and stopped. `ci/soak.sh` starts it.
package dev.anillo.http.soak;
