/// The seam between the loop and the operating system.
///
/// A handle takes a slot ([dev.anillo.loop.driver.Slots]) and starts operations on the [dev.anillo.loop.driver.Driver],
/// each with a [dev.anillo.loop.driver.Token]. The driver's `poll` reports what completed; the loop finds the slot's
/// [dev.anillo.loop.driver.Endpoint] by the token and tells it.
///
/// A descriptor is closed in four steps, the same for all transports: cancel what is under way, wait for each last
/// completion, close, free the slot.
package dev.anillo.loop.driver;
