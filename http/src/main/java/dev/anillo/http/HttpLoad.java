package dev.anillo.http;

/// What a server has to do at a moment, and what it has turned away since it was made ([HttpServer#load]).
///
/// @param connections open
/// @param requestsUnderWay whose handler was called and whose response has not ended
/// @param overloaded whether requests that have waited longer than [HttpLimits#queueMillisMax(int)] are answered 503
/// @param accepting false while new connections wait in the kernel, because of overload
/// @param shedLate requests that were answered 503 because they had waited too long
/// @param shedSurplus requests that were answered 503 because of [HttpLimits#requestsUnderWayMax(int)]
/// @param connectionsRefused connections above [HttpLimits#connectionsMax(int)], answered 503 or reset
public record HttpLoad(int connections, int requestsUnderWay, boolean overloaded, boolean accepting, long shedLate,
        long shedSurplus, long connectionsRefused) {}
