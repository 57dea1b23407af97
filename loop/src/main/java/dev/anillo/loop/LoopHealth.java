package dev.anillo.loop;

/// How a loop has been doing for some seconds ([EventLoop#health]): samples taken from outside, [#LOOK_MILLIS] apart. The lag
/// of a sample is what something new would have waited for callbacks that ran: 0 while the loop slept.
///
/// @param samples of the last 10 s at the most, 0 before the first
/// @param busy the part of the samples in which it worked, 0 to 1
/// @param lagNanosMedian nanoseconds
/// @param lagNanosP99 99 of 100 samples were at or below it
/// @param lagNanosMax the worst sample
/// @param stalls callbacks since the loop began that held it longer than [#STALL_MILLIS]
public record LoopHealth(int samples, double busy, long lagNanosMedian, long lagNanosP99, long lagNanosMax, long stalls) {
    /// A callback that holds the loop for longer is reported: system property `anillo.stallMillis`, milliseconds, default
    /// 100, which is what a person begins to notice; 0 for no reports.
    public static final int STALL_MILLIS = Math.max(0, Integer.getInteger("anillo.stallMillis", 100));

    /// Between two looks: a stall is found at one and a half times its bound at the latest.
    public static final int LOOK_MILLIS = STALL_MILLIS == 0 ? 50 : Math.clamp(STALL_MILLIS / 2, 5, 50);
}
