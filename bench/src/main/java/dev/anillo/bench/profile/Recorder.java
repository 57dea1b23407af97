package dev.anillo.bench.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Has a running JVM record samples of its stacks, by Java Flight Recorder, from [#start] to [#stop]. The JVM needs no
/// option for it.
///
/// A sample is taken of each thread: after 10 ms of its processor time (JDK 25, on Linux), and each 10 ms while it is in
/// Java code, or 20 ms while it is in native code.
public final class Recorder {
    /// The first whose `JFR.start` takes settings on its command line.
    private static final int JDK_MIN = 17;
    /// `+`: a JVM that does not know the event leaves it out.
    private static final List<String> START = List.of("JFR.start", "settings=none",
            "+" + Stacks.OF_CPU_TIME + "#enabled=true", "+" + Stacks.OF_CPU_TIME + "#throttle=10ms",
            "+" + Stacks.OF_JAVA + "#enabled=true", "+" + Stacks.OF_JAVA + "#period=10ms",
            "+" + Stacks.OF_NATIVE + "#enabled=true", "+" + Stacks.OF_NATIVE + "#period=20ms",
            "+jdk.CPUTimeSamplesLost#enabled=true");
    private static final Pattern VERSION = Pattern.compile("^JDK (1\\.)?(\\d+)", Pattern.MULTILINE);
    private static final Pattern STARTED = Pattern.compile("^Started recording (\\d+)\\.", Pattern.MULTILINE);

    private final Jcmd jcmd;
    private final long pid;
    private final String recording;

    private Recorder(Jcmd jcmd, long pid, String recording) {
        this.jcmd = jcmd;
        this.pid = pid;
        this.recording = recording;
    }

    /// @throws IOException in one line: there is no such JVM, it is too old or does not answer, or this is no JDK
    public static Recorder start(long pid) throws IOException, InterruptedException {
        var path = System.getenv("PATH");
        return start(pid, Jcmd.find(Path.of(System.getProperty("java.home")), path == null ? "" : path));
    }

    static Recorder start(long pid, Path program) throws IOException, InterruptedException {
        var jcmd = new Jcmd(program, pid);
        var version = jcmd.ask("VM.version");
        var jdk = first(VERSION, version).map(found -> Integer.parseInt(found.group(2)))
                .orElseThrow(() -> refusal("profile", pid, version));
        if (jdk < JDK_MIN) throw new IOException("process " + pid + " runs JDK " + jdk + ": profiles need " + JDK_MIN + " or later");
        var answer = jcmd.ask(START.toArray(String[]::new));
        var recording = first(STARTED, answer).map(found -> found.group(1)).orElseThrow(() -> refusal("JFR.start", pid, answer));
        return new Recorder(jcmd, pid, recording);
    }

    private static Optional<MatchResult> first(Pattern pattern, String answer) {
        return pattern.matcher(answer).results().findFirst();
    }

    private static IOException refusal(String operation, long pid, String answer) {
        return new IOException(operation + " of process " + pid + ": " + answer.lines().findFirst().orElse("no answer"));
    }

    /// Ends the recording and has the JVM write it, with its own rights and where it sees the file.
    ///
    /// @throws IOException in one line, when there is no recording then
    public void stop(Path file) throws IOException, InterruptedException {
        var target = file.toAbsolutePath();
        Files.deleteIfExists(target); // so that what is there afterwards is this recording
        var answer = jcmd.ask("JFR.stop", "name=" + recording, "filename=\"" + target + "\"");
        if (!Files.isRegularFile(target)) throw refusal("JFR.stop", pid, answer);
    }
}
