package io.tcpbalance.config;

import static io.tcpbalance.config.SettingsTexts.loaded;
import static io.tcpbalance.config.SettingsTexts.problem;
import static io.tcpbalance.config.SettingsTexts.problems;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class SettingsLoaderTest {

  static List<Path> shippedConfigurations() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("conf"))) {
      return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("shippedConfigurations")
  void loadsWhatIsShipped(Path file) throws Exception {
    assertEquals(1, SettingsLoader.load(file).settings().proxies().size());
  }

  @Test
  void loadsFarmInItsOrder() throws Exception {
    List<BackendSettings> farm =
        SettingsLoader.load(Path.of("conf/distcc-farm.conf"))
            .settings()
            .proxies()
            .get(0)
            .backends();

    assertEquals(
        "bld6 4, bld4 1, bld5 2, bld1 2, bld2 2, bld3 2",
        String.join(", ", farm.stream().map(b -> b.name() + " " + b.maxConnections()).toList()));
  }

  @Test
  void tellsEverythingAtOnceWithItsLine() {
    List<Problem> problems =
        problems(
            """
            tcpbalance {
              admin.port = 99999
              proxies.distcc {
                protocol = distcc
                idle-timout = 3m
                allow = ["10.0.0.0/8",
                         "banana"]
                backends = [
                  { name = a }
                  { name = b, max-connections = 0 }
                ]
              }
            }
            """);

    assertEquals(
        List.of(
            "test.conf:2: tcpbalance.admin.port: must be between 0 and 65535, but is 99999",
            "test.conf:7: tcpbalance.proxies.distcc.allow[1]: \"banana\" must be a literal IPv4 or"
                + " IPv6 address with an optional /LENGTH",
            "test.conf:10: tcpbalance.proxies.distcc.backends[1].max-connections: must be between 1"
                + " and 100000, but is 0",
            "test.conf:5: tcpbalance.proxies.distcc.idle-timout: unknown key (did you mean"
                + " \"idle-timeout\"?)"),
        problems.stream().map(Problem::toString).toList());
  }

  @Test
  void messageHoldsEveryProblem() {
    InvalidSettingsException e =
        assertThrows(InvalidSettingsException.class, () -> loaded("tcpbalance { a = 1, b = 2 }"));

    assertEquals(2, e.getMessage().lines().count());
  }

  @Test
  void tellsLineOfSyntaxError() {
    Problem problem = problems("tcpbalance {\n admin {\n  port = \"80\n").get(0);

    assertEquals("test.conf", problem.file());
    assertTrue(problem.line() >= 3, problem::toString);
  }

  @Test
  void tellsWhatIsNotSetWhereNobodyLooks() {
    assertEquals(
        "Could not resolve substitution to a value: ${nope}", problem("pekko.x = ${nope}"));
  }

  @Test
  void rejectsUnknownBlockWithHint() {
    assertEquals(
        "test.conf:1: tcpbalanse: unknown key (did you mean \"tcpbalance\"?)",
        problems("tcpbalanse {}").get(0).toString());
  }

  @Test
  void survivesDeepNesting() {
    assertEquals("is nested too deeply", problem("[".repeat(1_000_000)));
  }

  @Test
  void boundsLengthAndNumberOfProblems() {
    String keys =
        "tcpbalance { " + "x%d = 1\n".repeat(1000).formatted((Object[]) numbers(1000)) + "}";

    assertEquals(Problems.MAX_REPORTED + 1, problems(keys).size());
    assertTrue(problem(" ".repeat(SettingsLoader.MAX_LENGTH + 1)).startsWith("is too long"));
  }

  @Test
  void rejectsFileThatCannotBeRead(@TempDir Path directory) throws Exception {
    Path large = directory.resolve("large.conf");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(SettingsLoader.MAX_LENGTH + 1);
    }

    assertEquals("does not exist", problemOf(directory.resolve("missing.conf")).message());
    assertEquals("is a directory", problemOf(directory).message());
    assertTrue(problemOf(large).message().startsWith("is too long"));
  }

  @Test
  void tellsLineOfIncludedFile(@TempDir Path directory) throws Exception {
    Path main = directory.resolve("main.conf");
    Path farm = directory.resolve("farm.conf");
    Files.writeString(main, "include \"farm.conf\"\ntcpbalance.admin.port = 81");
    Files.writeString(farm, "\n\ntcpbalance.relay.loops = 0");

    Problem problem = problemOf(main);

    assertEquals(farm.toString(), problem.file());
    assertEquals(3, problem.line());
  }

  @Test
  void passesPekkoSettingsOnAndKeepsOurs() throws Exception {
    Config pekko = loaded("pekko.loglevel = DEBUG").pekko();

    assertEquals("DEBUG", pekko.getString("pekko.loglevel"));
    assertFalse(pekko.getBoolean("pekko.jvm-shutdown-hooks"));
    assertEquals("tcpbalance", pekko.getString("pekko.http.server.server-header"));
    assertEquals(
        8, pekko.getInt("pekko.actor.default-dispatcher.fork-join-executor.parallelism-max"));
  }

  @Test
  void everyPekkoSettingOfOursIsKnownToPekko() {
    Config ours = ConfigFactory.parseResources("tcpbalance-pekko.conf");
    Config theirs = ConfigFactory.defaultReference();

    Config known = ours.withoutPath("pekko.actor.proxy-dispatcher"); // a dispatcher of our own
    for (var entry : known.entrySet()) {
      assertTrue(theirs.hasPath(entry.getKey()), entry.getKey());
    }
  }

  @Test
  void rejectsPekkoBlockOfWrongType() {
    assertEquals("pekko.actor", problems("pekko.actor = 5").get(0).path());
  }

  @Test
  void leavesForeignBlocksOfUserOut() {
    Config config = SettingsLoader.actorSystemConfig(ConfigFactory.parseString("foreign.x = 1"));

    assertFalse(config.hasPath("foreign"));
  }

  private static Integer[] numbers(int count) {
    return Stream.iterate(0, n -> n + 1).limit(count).toArray(Integer[]::new);
  }

  private static Problem problemOf(Path file) {
    return assertThrows(InvalidSettingsException.class, () -> SettingsLoader.load(file))
        .problems()
        .get(0);
  }
}
