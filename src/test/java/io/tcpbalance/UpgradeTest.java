package io.tcpbalance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.bootstrap.Generation;
import io.tcpbalance.testing.FakeDistccd;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.Hold;
import io.tcpbalance.testing.JobClient;
import io.tcpbalance.testing.JobScript;
import io.tcpbalance.testing.JvmProbe;
import io.tcpbalance.testing.ProgramJar;
import io.tcpbalance.testing.TalkingClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running daemon gets new code, and nobody notices. */
@Timeout(180)
class UpgradeTest {

  private static final String PROGRAM_CLASS = "io/tcpbalance/Program.class";

  @TempDir private static Path lib;
  private static Path newCode;

  @TempDir private Path directory;

  @BeforeAll
  static void install() throws IOException {
    newCode = ProgramJar.installIn(lib.resolve("2"));
  }

  @Test
  void whoWaitsIsServedInOrderWithWhatHeHasSent() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        UpgradableDaemon daemon = start(proxy("tcp", host.port(), 1));
        TalkingClient served = daemon.connect("a")) {
      assertEquals("220 bld1", served.hear());
      try (TalkingClient first = daemon.connect("a");
          TalkingClient second = daemon.connect("a")) {
        first.say("early");
        second.say("early too");
        daemon.awaitStatus("Wait list length:    2");

        assertEquals(0, daemon.upgrade(newCode), daemon.err());

        assertTrue(daemon.out().contains("generation 2 serves"), daemon.out());
        daemon.awaitStatus("Wait list length:    2");
        served.say("still there");
        assertEquals("still there", served.hear());
        try (TalkingClient late = daemon.connect("a")) {
          quit(served);
          assertEquals("220 bld1", first.hear());
          assertEquals("early", first.hear());
          quit(first);
          assertEquals("220 bld1", second.hear());
          assertEquals("early too", second.hear());
          quit(second);
          assertEquals("220 bld1", late.hear());
          quit(late);
        }
      }
      daemon.process().signal("TERM");
      assertEquals(0, daemon.process().awaitExit());
    }
  }

  @Test
  void jobsGoOnWhereverTheyAre() throws Exception {
    Hold hold = new Hold();
    byte[] request = JobClient.request(1, "gcc", 50_000);
    try (FakeDistccd host = FakeDistccd.start(1);
        UpgradableDaemon daemon = start(proxy("distcc", host.port(), 1))) {
      host.next(JobScript.compiled().heldBy(hold));
      int port = daemon.port("a");
      try (JobClient compiling = JobClient.sent(port, request);
          JobClient receiving = JobClient.connect(port, request)) {
        hold.awaitJob();
        receiving.send(20_000);
        try (JobClient waiting = JobClient.sent(port, request)) {
          daemon.awaitStatus("Wait list length:    1");

          assertEquals(0, daemon.upgrade(newCode), daemon.err());

          receiving.sendRest();
          daemon.awaitStatus("Wait list length:    2");
          hold.release();
          compiling.expectCompiled();
          waiting.expectCompiled();
          receiving.expectCompiled();
        }
      }
      assertEquals(1, host.maxConcurrent());
    }
  }

  @Test
  void jobThatDiesInTheOldCodeIsDoneByTheNew() throws Exception {
    Hold hold = new Hold();
    byte[] request = JobClient.request(1, "gcc", 50_000);
    try (FakeDistccd host = FakeDistccd.start(1);
        UpgradableDaemon daemon = start(proxy("distcc", host.port(), 1))) {
      host.next(JobScript.reset().heldBy(hold));
      try (JobClient client = JobClient.sent(daemon.port("a"), request)) {
        hold.awaitJob();

        assertEquals(0, daemon.upgrade(newCode), daemon.err());

        hold.release();
        client.expectCompiled();
      }
    }
  }

  @Test
  void whatCannotTakeOverChangesNothing() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        UpgradableDaemon daemon = start(proxy("tcp", host.port(), 1));
        TalkingClient served = daemon.connect("a")) {
      assertEquals("220 bld1", served.hear());
      try (TalkingClient waiting = daemon.connect("a")) {
        daemon.awaitStatus("Wait list length:    1");

        assertRefused(daemon, directory.resolve("nothing"), "cannot be read");
        assertRefused(daemon, Path.of("/"), "lies below none of upgrade.allowed-dirs");
        Path empty = Files.createDirectory(lib.resolve("empty"));
        assertRefused(daemon, empty, "there is no jar in");
        Files.writeString(empty.resolve("x.jar"), "no jar");
        assertRefused(daemon, empty, "there is no TCPBalance in");
        assertRefused(daemon, jar("later", laterThan(programClass())), "UnsupportedClassVersion");
        assertRefused(daemon, jar("torn", Arrays.copyOf(programClass(), 100)), "ClassFormatError");
        String before = Files.readString(daemon.configuration());
        Files.writeString(daemon.configuration(), before + "\ntcpbalance.typo = 1\n");
        assertRefused(daemon, newCode, "unknown key");
        Files.writeString(
            daemon.configuration(), before.replace("admin.port = 0", "admin.port = 1"));
        assertRefused(daemon, newCode, "the configuration has changed meanwhile");
        Files.writeString(daemon.configuration(), before);

        quit(served);
        assertEquals("220 bld1", waiting.hear());
        assertEquals(0, daemon.upgrade(newCode), daemon.err());
        quit(waiting);
      }
    }
  }

  @Test
  void whatOperatorsSaidStaysAndIsRecordedAsEver() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        UpgradableDaemon daemon = start(proxy("tcp", host.port(), 1))) {
      daemon.patch("/api/v1/proxies/a/backends/bld1", "{\"maxConnections\": 7}");

      assertEquals(0, daemon.upgrade(newCode), daemon.err());
      assertEquals(0, daemon.rollBack(), daemon.err());

      String kept = daemon.get("/api/v1/proxies/a/backends/bld1");
      assertTrue(kept.contains("\"maxConnections\":7"), kept);
      assertFalse(
          daemon
              .patch("/api/v1/proxies/a/backends/bld1", "{\"maxConnections\": 8}")
              .contains("warning"));
      String recorded = Files.readString(daemon.stateDir().resolve("state.json"));
      assertTrue(recorded.contains("\"maxConnections\" : 8"), recorded);
      assertEquals(0, daemon.execute("generations"));
      assertTrue(daemon.out().lines().anyMatch(l -> l.matches(" +3  .* live .*")), daemon.out());
    }
  }

  @Test
  void itTellsHowFarItHasComeUntilNothingOfTheOldCodeIsLeft() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        UpgradableDaemon daemon = start(proxy("tcp", host.port(), 1));
        TalkingClient served = daemon.connect("a")) {
      served.hear();
      Future<Integer> upgrade =
          ForkJoinPool.commonPool().submit(() -> daemon.execute("upgrade", newCode.toString()));
      while (!daemon.out().contains("draining: generation 1, sessions left: 1")) {
        Thread.onSpinWait();
      }
      assertFalse(upgrade.isDone());

      quit(served);

      assertEquals(0, upgrade.get(), daemon.err());
      List<String> told = daemon.out().lines().toList();
      assertEquals("loading " + newCode, told.get(0));
      assertEquals("ready", told.get(1));
      assertEquals("switched: generation 2 serves", told.get(2));
      assertEquals("draining: generation 1, sessions left: 1", told.get(3));
      assertEquals("done: nothing is left of the code before", told.get(told.size() - 1));
    }
  }

  @Test
  void onlyJarsWithTheRightSumsAreLoaded() throws Exception {
    Path code = ProgramJar.installIn(lib.resolve("3"));
    Path sums = directory.resolve("SHA256SUMS");
    sha256sum(code, sums);
    try (GreetingHost host = GreetingHost.start("bld1");
        UpgradableDaemon daemon = start(proxy("tcp", host.port(), 1))) {
      String right = Files.readString(sums);
      Path jar = code.resolve(right.strip().replaceFirst("(?s).* ", ""));
      byte[] whole = Files.readAllBytes(jar);
      byte[] changed = whole.clone();
      changed[changed.length / 2]++;
      Files.write(jar, changed);

      assertEquals(1, daemon.execute("upgrade", code.toString(), "--sha256", sums.toString()));

      assertTrue(daemon.err().contains(jar.getFileName() + " is not the one"), daemon.err());
      Files.write(jar, whole);
      assertEquals(0, daemon.execute("upgrade", code.toString(), "--sha256", sums.toString()));
      Files.write(jar, changed);
      assertEquals(0, daemon.upgrade(newCode), "it runs from a copy: " + daemon.err());
      assertRefused(daemon, List.of("upgrade", "--rollback"), "is not the one that is asked for");
    }
  }

  /** As an operator does, or who makes a release. */
  private static void sha256sum(Path code, Path sums) throws Exception {
    Process process =
        new ProcessBuilder("bash", "-c", "sha256sum *.jar")
            .directory(code.toFile())
            .redirectOutput(sums.toFile())
            .start();
    assertEquals(0, process.waitFor());
  }

  @Test
  void copiesOfCodeGoWithIt() throws Exception {
    Path left =
        Files.createDirectories(
            directory
                .resolve("state")
                .resolve("tcpbalance-code-" + Long.MAX_VALUE / 10 + "-of-the-killed"));
    Files.writeString(left.resolve("0-x.jar"), "x");
    try (GreetingHost host = GreetingHost.start("bld1");
        UpgradableDaemon daemon = start(proxy("tcp", host.port(), 1))) {
      assertEquals(0, daemon.upgrade(newCode), daemon.err());
      assertEquals(1, copies(daemon).size());
      assertFalse(copies(daemon).contains(left));
      assertEquals(0, daemon.upgrade(newCode), daemon.err());
      daemon.awaitGenerations("ended", 2);
      assertEquals(1, copies(daemon).size());

      daemon.process().signal("TERM");

      assertEquals(0, daemon.process().awaitExit());
      assertEquals(List.of(), copies(daemon));
    }
  }

  private static List<Path> copies(UpgradableDaemon daemon) throws IOException {
    try (Stream<Path> files = Files.list(daemon.stateDir())) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("tcpbalance-code-"))
          .toList();
    }
  }

  @Test
  void nothingStaysOfCodeThatIsReplaced() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        UpgradableDaemon daemon = start(proxy("tcp", host.port(), 4))) {
      for (int i = 0; i < 3; i++) {
        try (TalkingClient client = daemon.connect("a")) {
          assertEquals("220 bld1", client.hear());
          assertEquals(0, daemon.upgrade(newCode), daemon.err());
          quit(client);
        }
      }
      daemon.awaitGenerations("ended", 3);
      try (JvmProbe probe = JvmProbe.attach(daemon.process().pid())) {
        assertEquals(1, probe.instancesOf("io.tcpbalance.bootstrap.GenerationLoader"));
        long watchdogs = probe.vitals().threads().stream().filter("watchdog"::equals).count();
        assertEquals(1, watchdogs);
      }
    }
  }

  @Test
  void noJobIsLostAndNoHostOverloadedUnderLoad() throws Exception {
    byte[] request = JobClient.request(1, "gcc", 20_000);
    ExecutorService clients = Executors.newCachedThreadPool();
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger done = new AtomicInteger();
    try (FakeDistccd host = FakeDistccd.start(2);
        UpgradableDaemon daemon = start(proxy("distcc", host.port(), 2))) {
      int port = daemon.port("a");
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        all.add(
            clients.submit(
                () -> {
                  while (!over.get()) {
                    JobClient.run(port, request);
                    done.incrementAndGet();
                  }
                  return null;
                }));
      }
      for (int i = 0; i < 4; i++) {
        assertEquals(0, daemon.upgrade(newCode), daemon.err());
      }
      over.set(true);
      for (Future<?> client : all) {
        client.get();
      }
      assertTrue(done.get() > 0);
      assertTrue(host.maxConcurrent() <= 2, "at once: " + host.maxConcurrent());
      daemon.awaitGenerations("ended", 4);
    } finally {
      clients.shutdownNow();
    }
  }

  /** A directory with a jar whose program is this class. */
  private static Path jar(String name, byte[] program) throws IOException {
    Path jars = Files.createDirectory(lib.resolve(name));
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jars.resolve("x.jar")))) {
      out.putNextEntry(new JarEntry("META-INF/services/" + Generation.class.getName()));
      out.write(Program.class.getName().getBytes(UTF_8));
      out.putNextEntry(new JarEntry(PROGRAM_CLASS));
      out.write(program);
    }
    return jars;
  }

  private static byte[] programClass() throws IOException {
    try (InputStream in = Program.class.getClassLoader().getResourceAsStream(PROGRAM_CLASS)) {
      return in.readAllBytes();
    }
  }

  /** The same class, made for a Java that is still to come. */
  private static byte[] laterThan(byte[] code) {
    code[7] = 120;
    return code;
  }

  private static void assertRefused(UpgradableDaemon daemon, Path code, String reason)
      throws Exception {
    assertRefused(daemon, List.of("upgrade", code.toString()), reason);
  }

  private static void assertRefused(UpgradableDaemon daemon, List<String> words, String reason)
      throws Exception {
    int said = daemon.err().length();

    assertEquals(1, daemon.execute(words.toArray(String[]::new)));

    String last = daemon.err().substring(said);
    assertTrue(last.contains(reason), last);
  }

  private UpgradableDaemon start(String proxy) throws IOException {
    return UpgradableDaemon.start(directory, lib, proxy);
  }

  private static String proxy(String protocol, int port, int slots) {
    return UpgradableDaemon.proxy("a", protocol, port, slots);
  }

  private static void quit(TalkingClient client) throws IOException {
    client.say("QUIT");
    assertEquals("221 bye", client.hear());
    client.hangUp();
  }
}
