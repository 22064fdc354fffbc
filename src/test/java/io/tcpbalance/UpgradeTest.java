package io.tcpbalance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.bootstrap.Generation;
import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.FakeDistccd;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.Hold;
import io.tcpbalance.testing.JobClient;
import io.tcpbalance.testing.JobScript;
import io.tcpbalance.testing.JvmProbe;
import io.tcpbalance.testing.LoneGround;
import io.tcpbalance.testing.ProgramJar;
import io.tcpbalance.testing.TalkingClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running daemon gets new code, and nobody notices. */
@Timeout(180)
class UpgradeTest {

  private static final Pattern LISTENS = Pattern.compile("127.0.0.1:([0-9]+)");

  private static final String PROGRAM_CLASS = "io/tcpbalance/Program.class";

  @TempDir private static Path lib;
  private static Path newCode;

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void install() throws IOException {
    newCode = ProgramJar.installIn(lib.resolve("2"));
  }

  @Test
  void whoWaitsIsServedInOrderWithWhatHeHasSent() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        Daemon daemon = start(proxy("tcp", host.port(), 1));
        TalkingClient served = connect(daemon)) {
      assertEquals("220 bld1", served.hear());
      try (TalkingClient first = connect(daemon);
          TalkingClient second = connect(daemon)) {
        first.say("early");
        second.say("early too");
        awaitStatus(daemon, "Wait list length:    2");

        assertEquals(0, upgrade(daemon), err.toString());

        assertTrue(out.toString().contains("generation 2 serves"), out.toString());
        awaitStatus(daemon, "Wait list length:    2");
        served.say("still there");
        assertEquals("still there", served.hear());
        try (TalkingClient late = connect(daemon)) {
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
      daemon.signal("TERM");
      assertEquals(0, daemon.awaitExit());
    }
  }

  @Test
  void jobsGoOnWhereverTheyAre() throws Exception {
    Hold hold = new Hold();
    byte[] request = JobClient.request(1, "gcc", 50_000);
    try (FakeDistccd host = FakeDistccd.start(1);
        Daemon daemon = start(proxy("distcc", host.port(), 1))) {
      host.next(JobScript.compiled().heldBy(hold));
      int port = daemon.port("a");
      try (JobClient compiling = JobClient.sent(port, request);
          JobClient receiving = JobClient.connect(port, request)) {
        hold.awaitJob();
        receiving.send(20_000);
        try (JobClient waiting = JobClient.sent(port, request)) {
          awaitStatus(daemon, "Wait list length:    1");

          assertEquals(0, upgrade(daemon), err.toString());

          receiving.sendRest();
          awaitStatus(daemon, "Wait list length:    2");
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
        Daemon daemon = start(proxy("distcc", host.port(), 1))) {
      host.next(JobScript.reset().heldBy(hold));
      try (JobClient client = JobClient.sent(daemon.port("a"), request)) {
        hold.awaitJob();

        assertEquals(0, upgrade(daemon), err.toString());

        hold.release();
        client.expectCompiled();
      }
    }
  }

  @Test
  void whatCannotTakeOverChangesNothing() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        Daemon daemon = start(proxy("tcp", host.port(), 1));
        TalkingClient served = connect(daemon)) {
      assertEquals("220 bld1", served.hear());
      try (TalkingClient waiting = connect(daemon)) {
        awaitStatus(daemon, "Wait list length:    1");

        assertRefused(daemon, directory.resolve("nothing"), "cannot be read");
        assertRefused(daemon, Path.of("/"), "lies below none of upgrade.allowed-dirs");
        Path empty = Files.createDirectory(lib.resolve("empty"));
        assertRefused(daemon, empty, "there is no jar in");
        Files.writeString(empty.resolve("x.jar"), "no jar");
        assertRefused(daemon, empty, "there is no TCPBalance in");
        assertRefused(daemon, jar("later", laterThan(programClass())), "UnsupportedClassVersion");
        assertRefused(daemon, jar("torn", Arrays.copyOf(programClass(), 100)), "ClassFormatError");
        String before = Files.readString(directory.resolve("tcpbalance.conf"));
        Files.writeString(directory.resolve("tcpbalance.conf"), before + "\ntcpbalance.typo = 1\n");
        assertRefused(daemon, newCode, "unknown key");
        Files.writeString(
            directory.resolve("tcpbalance.conf"),
            before.replace("admin.port = 0", "admin.port = 1"));
        assertRefused(daemon, newCode, "the configuration has changed meanwhile");
        Files.writeString(directory.resolve("tcpbalance.conf"), before);

        quit(served);
        assertEquals("220 bld1", waiting.hear());
        assertEquals(0, upgrade(daemon), err.toString());
        quit(waiting);
      }
    }
  }

  @Test
  void whatOperatorsSaidStaysAndIsRecordedAsEver() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        Daemon daemon = start(proxy("tcp", host.port(), 1))) {
      patch(daemon, "{\"maxConnections\": 7}");

      assertEquals(0, upgrade(daemon), err.toString());
      assertEquals(0, rollBack(daemon), err.toString());

      assertTrue(get(daemon, "/api/v1/proxies/a/backends/bld1").contains("\"maxConnections\":7"));
      assertFalse(patch(daemon, "{\"maxConnections\": 8}").contains("warning"));
      String recorded = Files.readString(directory.resolve("state").resolve("state.json"));
      assertTrue(recorded.contains("\"maxConnections\" : 8"), recorded);
      assertEquals(0, execute(daemon, "generations"));
      assertTrue(out.toString().contains("  3  live"), out.toString());
    }
  }

  @Test
  void nothingStaysOfCodeThatIsReplaced() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        Daemon daemon = start(proxy("tcp", host.port(), 4))) {
      for (int i = 0; i < 3; i++) {
        try (TalkingClient client = connect(daemon)) {
          assertEquals("220 bld1", client.hear());
          assertEquals(0, upgrade(daemon), err.toString());
          quit(client);
        }
      }
      awaitGenerations(daemon, "ended", 3);
      try (JvmProbe probe = JvmProbe.attach(daemon.pid())) {
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
        Daemon daemon = start(proxy("distcc", host.port(), 2))) {
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
        assertEquals(0, upgrade(daemon), err.toString());
      }
      over.set(true);
      for (Future<?> client : all) {
        client.get();
      }
      assertTrue(done.get() > 0);
      assertTrue(host.maxConcurrent() <= 2, "at once: " + host.maxConcurrent());
      awaitGenerations(daemon, "ended", 4);
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

  private void assertRefused(Daemon daemon, Path code, String reason) throws Exception {
    err.getBuffer().setLength(0);

    assertEquals(1, execute(daemon, "upgrade", code.toString()));

    assertTrue(err.toString().contains(reason), err.toString());
  }

  private int upgrade(Daemon daemon) throws Exception {
    return execute(daemon, "upgrade", newCode.toString());
  }

  private int rollBack(Daemon daemon) throws Exception {
    return execute(daemon, "upgrade", "--rollback");
  }

  private int execute(Daemon daemon, String... words) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(words));
    arguments.add("--url");
    arguments.add(url(daemon));
    return Main.commandLine(new LoneGround())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments.toArray(String[]::new));
  }

  private Daemon start(String proxy) throws IOException {
    Path file = directory.resolve("tcpbalance.conf");
    String text =
        """
        tcpbalance {
          state-dir = "%s"
          admin.port = 0
          console.port = 0
          upgrade.allowed-dirs = ["%s"]
          proxies.a { %s }
        }
        """
            .formatted(directory.resolve("state"), lib, proxy);
    Files.writeString(file, text, UTF_8);
    return Daemon.of(file).jvmOptions("-Xmx256m").start();
  }

  private static String proxy(String protocol, int port, int slots) {
    return """
        listen { host = 127.0.0.1, port = 0 }
          protocol = %s
          health.check = none
          backends = [{ name = bld1, host = 127.0.0.1, port = %d, max-connections = %d }]
        """
        .formatted(protocol, port, slots);
  }

  private static TalkingClient connect(Daemon daemon) throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), daemon.port("a"));
    socket.setSoTimeout(60_000);
    return new TalkingClient(socket);
  }

  private static void quit(TalkingClient client) throws IOException {
    client.say("QUIT");
    assertEquals("221 bye", client.hear());
    client.hangUp();
  }

  private static String url(Daemon daemon) throws Exception {
    Matcher matcher = LISTENS.matcher(daemon.awaitLine("HTTP interface listens on"));
    assertTrue(matcher.find());
    return "http://127.0.0.1:" + matcher.group(1);
  }

  private void awaitStatus(Daemon daemon, String line) throws Exception {
    String page = get(daemon, "/status");
    while (!page.contains(line)) {
      page = get(daemon, "/status");
    }
  }

  private void awaitGenerations(Daemon daemon, String state, int count) throws Exception {
    int found = 0;
    while (found < count) {
      found = get(daemon, "/api/v1/generations").split(state, -1).length - 1;
    }
  }

  private String get(Daemon daemon, String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url(daemon) + path)).build();
    return send(request);
  }

  private String patch(Daemon daemon, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url(daemon) + "/api/v1/proxies/a/backends/bld1"))
            .header("Content-Type", "application/json")
            .method("PATCH", BodyPublishers.ofString(body))
            .build();
    return send(request);
  }

  /** At the moment of an upgrade a connection may be cut before it has an answer. */
  private static String send(HttpRequest request) throws Exception {
    HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    assertTrue(answer.statusCode() < 300 || answer.statusCode() == 503, answer.body());
    return answer.body();
  }
}
