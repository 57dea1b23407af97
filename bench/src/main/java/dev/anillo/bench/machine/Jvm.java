package dev.anillo.bench.machine;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import com.sun.tools.attach.VirtualMachineDescriptor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/// A JVM that is measured, seen from outside: any HotSpot JVM of the same user, without a change to its command line. What it has
/// allocated comes through its management agent (which is started in it, once), its pauses from its log.
public final class Jvm implements AutoCloseable {
    /// Threads that only work for whoever asks.
    private static final Pattern OBSERVER = Pattern.compile("RMI .*|JMX .*|Attach Listener|GC Daemon");
    /// `[1764525600123] GC(7) Pause Young (Allocation Failure) 18M->2M(61M) 1.234ms`
    private static final Pattern PAUSE = Pattern.compile("^\\[(\\d+)ms?\\].*?GC\\(\\d+\\) (?:.: )?(Pause .*?) (?:\\S+->\\S+ )?([\\d.]+)ms$");

    /// What jcmd(1) asks for, without a process of its own.
    private static final ObjectName DIAGNOSTIC_COMMANDS = diagnosticCommands();

    private final long pid;
    private final JMXConnector connector;
    private final ThreadMXBean threads;
    private final Path log;

    /// @param atMillis since the epoch: when it was over
    public record Pause(long atMillis, double millis, String what) {}

    private Jvm(long pid, JMXConnector connector, ThreadMXBean threads, Path log) {
        this.pid = pid;
        this.connector = connector;
        this.threads = threads;
        this.log = log;
    }

    /// Those among the processes that are JVMs.
    ///
    /// @param log file that the first of them writes its pauses to
    public static List<Jvm> among(ProcessTree tree, Path directory) throws IOException {
        var known = VirtualMachine.list().stream().map(VirtualMachineDescriptor::id).toList();
        var jvms = new ArrayList<Jvm>();
        for (var pid : tree.pids()) {
            if (known.contains(Long.toString(pid))) jvms.add(attach(pid, directory.resolve("gc-" + pid + ".log")));
        }
        return jvms;
    }

    private static Jvm attach(long pid, Path log) throws IOException {
        try {
            var machine = VirtualMachine.attach(Long.toString(pid));
            try {
                var connector = JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
                var beans = connector.getMBeanServerConnection();
                var logging = new String[] {"output=" + log, "what=gc*=info", "decorators=timemillis"};
                beans.invoke(DIAGNOSTIC_COMMANDS, "vmLog", new Object[] {logging}, new String[] {String[].class.getName()});
                var threads = ManagementFactory.newPlatformMXBeanProxy(beans, ManagementFactory.THREAD_MXBEAN_NAME,
                        ThreadMXBean.class);
                return new Jvm(pid, connector, threads, log);
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException | JMException refused) {
            throw new IOException("attach to JVM " + pid + ": " + refused.getMessage(), refused);
        }
    }

    private static ObjectName diagnosticCommands() {
        try {
            return new ObjectName("com.sun.management:type=DiagnosticCommand");
        } catch (JMException impossible) {
            throw new AssertionError(impossible);
        }
    }

    public long pid() {
        return pid;
    }

    /// Bytes that its threads have allocated since its start, ended ones too, but for what those allocated that answer
    /// questions like this one.
    public long allocatedBytes() {
        var observers = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds())).filter(Objects::nonNull)
                .filter(thread -> OBSERVER.matcher(thread.getThreadName()).matches()).mapToLong(ThreadInfo::getThreadId).toArray();
        var theirs = Arrays.stream(threads.getThreadAllocatedBytes(observers)).filter(bytes -> bytes > 0).sum();
        return threads.getTotalThreadAllocatedBytes() - theirs;
    }

    /// All so far, in their order.
    public List<Pause> pauses() throws IOException {
        try (var lines = Files.lines(log)) {
            return lines.map(Jvm::pause).filter(Objects::nonNull).toList();
        }
    }

    /// Null: the line tells of no pause.
    static Pause pause(String line) {
        var match = PAUSE.matcher(line.strip());
        if (!match.matches()) return null;
        return new Pause(Long.parseLong(match.group(1)), Double.parseDouble(match.group(3)), match.group(2));
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException _) {
            // its JVM has ended, and with it the connection
        }
    }
}
