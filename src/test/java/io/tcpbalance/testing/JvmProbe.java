package io.tcpbalance.testing;

import com.sun.management.UnixOperatingSystemMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Looks into another JVM of this user, by JMX. What that itself needs there is not counted. */
public final class JvmProbe implements AutoCloseable {

  /**
   * What a JVM uses.
   *
   * @param heapBytes alive, after a full garbage collection
   * @param directBytes of direct buffers
   * @param metaspaceBytes of classes
   * @param openFiles file descriptors, sockets among them
   * @param threads by name, sorted
   */
  public record Vitals(
      long heapBytes, long directBytes, long metaspaceBytes, long openFiles, List<String> threads) {

    public Vitals {
      threads = List.copyOf(threads);
    }
  }

  private final JMXConnector connector;
  private final MBeanServerConnection server;

  private JvmProbe(JMXConnector connector) throws IOException {
    this.connector = connector;
    server = connector.getMBeanServerConnection();
  }

  /** Attaches to a process; it must not have been started with {@code DisableAttachMechanism}. */
  @SuppressWarnings("BanJNDI") // The address is that of a process of our own, told by itself.
  public static JvmProbe attach(long pid) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        String address = machine.startLocalManagementAgent();
        return new JvmProbe(JMXConnectorFactory.connect(new JMXServiceURL(address)));
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException("cannot attach to process " + pid, e);
    }
  }

  /** What it uses now. */
  public Vitals vitals() throws IOException {
    MemoryMXBean memory = ManagementFactory.getPlatformMXBean(server, MemoryMXBean.class);
    memory.gc();
    long direct =
        ManagementFactory.getPlatformMXBeans(server, BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    long metaspace =
        ManagementFactory.getPlatformMXBeans(server, MemoryPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("Metaspace"))
            .mapToLong(pool -> pool.getUsage().getUsed())
            .sum();
    long files =
        ManagementFactory.getPlatformMXBean(server, UnixOperatingSystemMXBean.class)
            .getOpenFileDescriptorCount();
    return new Vitals(memory.getHeapMemoryUsage().getUsed(), direct, metaspace, files, threads());
  }

  private List<String> threads() throws IOException {
    ThreadMXBean threads = ManagementFactory.getPlatformMXBean(server, ThreadMXBean.class);
    return Stream.of(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(Objects::nonNull)
        .map(ThreadInfo::getThreadName)
        .filter(name -> !name.startsWith("RMI ") && !name.startsWith("JMX "))
        .sorted()
        .toList();
  }

  /** How many objects of exactly this class are alive. */
  public long instancesOf(String className) throws IOException {
    String histogram;
    try {
      histogram =
          (String)
              server.invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
    } catch (JMException e) {
      throw new IOException("no histogram of the heap", e);
    }
    return count(className, histogram.lines());
  }

  /**
   * The same of a JVM whose network namespace is not ours, so that JMX does not reach it; needs the
   * JDK's jcmd.
   */
  public static long instancesOf(String className, long pid) throws IOException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process tool = new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram").start();
    try (BufferedReader output = tool.inputReader()) {
      return count(className, output.lines());
    }
  }

  /** In lines such as {@code 12: 345 6789 some.Class (java.base@17)}. */
  private static long count(String className, Stream<String> histogram) {
    return histogram
        .map(line -> line.strip().split("\\s+", -1))
        .filter(fields -> fields.length >= 4 && fields[3].equals(className))
        .mapToLong(fields -> Long.parseLong(fields[1]))
        .sum();
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
