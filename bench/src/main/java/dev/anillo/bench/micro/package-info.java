/// Nanoseconds: the pieces that every request passes, each by itself, measured with JMH. Those that need a package's
/// inside are in that package ([dev.anillo.loop], [dev.anillo.loop.driver.uring]): the bench runs on the class path.
///
/// Each benchmark looks at its own result before or after it is timed, and fails when that is not what it should be.
package dev.anillo.bench.micro;
