package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tcpbalance.dns.Resolver;
import io.tcpbalance.testing.FreePorts;
import io.tcpbalance.testing.HeardLog;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that find each other by a list or a name, wherever they are now. */
@Timeout(60)
class JoiningTest {

  private static final Duration PACE = Duration.ofMillis(300);

  private final List<AutoCloseable> toClose = new ArrayList<>();
  private int port;
  private int upgradePort;

  @BeforeEach
  void choosePort() throws Exception {
    port = FreePorts.one();
    upgradePort = FreePorts.one();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : toClose) {
      each.close();
    }
  }

  private Seeds named(Resolver.Lookup dns) throws Exception {
    return seeds("seed-dns = \"nodes.example:%d\"".formatted(port), dns);
  }

  private Seeds listed(String... hosts) throws Exception {
    String list =
        Stream.of(hosts)
            .map(host -> '"' + host + ':' + port + '"')
            .collect(Collectors.joining(","));
    return seeds("seed-nodes = [" + list + "]", always());
  }

  /** Those of the product, but looked for more often. */
  private Seeds seeds(String block, Resolver.Lookup dns) throws Exception {
    Resolver resolver = new Resolver(dns, Duration.ZERO, Duration.ofSeconds(5), System::nanoTime);
    toClose.add(resolver);
    Seeds seeds = Seeds.of(RunningNode.settings(block), resolver).orElseThrow();
    return new Seeds(seeds.name(), seeds.known(), seeds.look(), PACE);
  }

  private RunningNode node(String host, Seeds seeds, int upgradePort) throws Exception {
    return node(host, port, Joining.create(seeds, upgradePort, PACE));
  }

  private RunningNode node(String host, Resolver.Lookup dns) throws Exception {
    return node(host, named(dns), 0);
  }

  private RunningNode node(String host, int port, Behavior<?> guardian) throws Exception {
    RunningNode node = new RunningNode("host = %s, port = %d".formatted(host, port), guardian);
    toClose.add(node);
    return node;
  }

  /** One that is in a cluster without having asked anybody. */
  private RunningNode member(String host, int port) throws Exception {
    RunningNode node =
        node(
            host,
            port,
            Behaviors.setup(
                context -> {
                  Cluster cluster = Cluster.get(context.getSystem());
                  cluster.manager().tell(Join.create(cluster.selfMember().address()));
                  return Behaviors.empty();
                }));
    node.awaitMembers(host);
    return node;
  }

  private static Resolver.Lookup always(String... addresses) {
    return name -> addresses(addresses);
  }

  private static InetAddress[] addresses(String... addresses) throws UnknownHostException {
    InetAddress[] found = new InetAddress[addresses.length];
    for (int i = 0; i < addresses.length; i++) {
      found[i] = InetAddress.getByName(addresses[i]);
    }
    return found;
  }

  /** One answer for the first so many look-ups, another one for those behind. */
  private static Resolver.Lookup first(int count, Resolver.Lookup early, Resolver.Lookup late) {
    AtomicInteger asked = new AtomicInteger();
    return name -> (asked.incrementAndGet() <= count ? early : late).byName(name);
  }

  /** How often somebody looked for seeds. */
  private record Looks(Seeds original, AtomicInteger count) {
    Looks(Seeds original) {
      this(original, new AtomicInteger());
    }

    Seeds seeds() {
      return new Seeds(
          original.name(),
          original.known(),
          () -> {
            count.incrementAndGet();
            return original.look().get();
          },
          original.pace());
    }

    void await(int expected) {
      while (count.get() < expected) {
        LockSupport.parkNanos(20_000_000);
      }
    }
  }

  @Test
  void nodesThatStartTogetherFormOneCluster() throws Exception {
    RunningNode c = node("127.0.0.3", always("127.0.0.2", "127.0.0.1", "127.0.0.3"));
    RunningNode b = node("127.0.0.2", always("127.0.0.3", "127.0.0.2", "127.0.0.1"));
    RunningNode a = node("127.0.0.1", always("127.0.0.1", "127.0.0.2", "127.0.0.3"));

    for (RunningNode each : List.of(a, b, c)) {
      each.awaitMembers("127.0.0.1", "127.0.0.2", "127.0.0.3");
    }
  }

  @Test
  void aNodeThatIsAloneInTheNameAtFirstFormsNoIsland() throws Exception {
    Resolver.Lookup both = always("127.0.0.1", "127.0.0.2");
    RunningNode b = node("127.0.0.2", first(1, always("127.0.0.2"), both));
    RunningNode a = node("127.0.0.1", first(1, always("127.0.0.1"), both));

    a.awaitMembers("127.0.0.1", "127.0.0.2");
    b.awaitMembers("127.0.0.1", "127.0.0.2");
  }

  @Test
  void looksTheNameUpAgainUntilItIsThere() throws Exception {
    Resolver.Lookup unknown =
        name -> {
          throw new UnknownHostException(name);
        };

    RunningNode a = node("127.0.0.1", first(3, unknown, always("127.0.0.1")));

    a.awaitMembers("127.0.0.1");
  }

  @Test
  void aNodeThatTheNameDoesNotHaveJoinsButNeverForms() throws Exception {
    Looks looks = new Looks(named(always("127.0.0.1")));
    RunningNode b = node("127.0.0.2", looks.seeds(), 0);
    looks.await(8);
    assertFalse(b.isMember());

    RunningNode a = node("127.0.0.1", always("127.0.0.1"));

    a.awaitMembers("127.0.0.1", "127.0.0.2");
    b.awaitMembers("127.0.0.1", "127.0.0.2");
  }

  @Test
  void tellsOnceOfAnAddressThatIsNotInTheCluster() throws Exception {
    try (HeardLog log = new HeardLog(Joining.class.getName())) {
      RunningNode a = node("127.0.0.1", first(3, always("127.0.0.1"), always("127.0.0.1", "::9")));
      a.awaitMembers("127.0.0.1");

      String stranger = "nodes.example has [0:0:0:0:0:0:0:9]:" + port + ", which is not in this";
      while (log.lines().stream().noneMatch(line -> line.startsWith(stranger))) {
        LockSupport.parkNanos(20_000_000);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void nodesOfAListFormOneCluster(int moves) throws Exception {
    Seeds seeds = listed("127.0.0.1", "127.0.0.2", "127.0.0.3");
    RunningNode c = node("127.0.0.3", seeds, moves * upgradePort);
    RunningNode b = node("127.0.0.2", seeds, moves * upgradePort);
    RunningNode a = node("127.0.0.1", seeds, moves * upgradePort);

    for (RunningNode each : List.of(a, b, c)) {
      each.awaitMembers("127.0.0.1", "127.0.0.2", "127.0.0.3");
    }
  }

  private Seeds two(boolean byName) throws Exception {
    return byName ? named(always("127.0.0.1", "127.0.0.2")) : listed("127.0.0.1", "127.0.0.2");
  }

  /** Who does not answer may be a cluster beyond a cut. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theFirstFormsNoClusterBeforeAllHaveAnswered(boolean byName) throws Exception {
    Seeds seeds = two(byName);
    Looks looks = new Looks(seeds);
    RunningNode a = node("127.0.0.1", looks.seeds(), 0);
    looks.await(10);
    assertFalse(a.isMember());

    RunningNode b = node("127.0.0.2", seeds, 0);

    a.awaitMembers("127.0.0.1", "127.0.0.2");
    b.awaitMembers("127.0.0.1", "127.0.0.2");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void joinsAMemberAtItsOtherPort(boolean byName) throws Exception {
    Seeds seeds = two(byName);
    RunningNode moved = member("127.0.0.2", upgradePort);

    RunningNode first = node("127.0.0.1", seeds, upgradePort);
    RunningNode third = node("127.0.0.3", seeds, upgradePort);

    for (RunningNode each : List.of(moved, first, third)) {
      each.awaitMembers("127.0.0.1", "127.0.0.2", "127.0.0.3");
    }
  }

  /** While code is replaced the new one, or the old one that leaves, is not in the cluster. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void formsNoneSinceAMemberIsInNoneAtOneOfItsPorts(boolean byName) throws Exception {
    Seeds seeds = two(byName);
    RunningNode moved = member("127.0.0.2", upgradePort);
    RunningNode inNone = node("127.0.0.2", port, Behaviors.empty());

    RunningNode first = node("127.0.0.1", seeds, upgradePort);

    first.awaitMembers("127.0.0.1", "127.0.0.2");
    assertFalse(inNone.isMember());
    moved.awaitMembers("127.0.0.1", "127.0.0.2");
  }

  @Test
  void waitsForAMemberThatIsAtItsOtherPort() throws Exception {
    Looks looks = new Looks(listed("127.0.0.1", "127.0.0.2"));
    RunningNode first = node("127.0.0.1", looks.seeds(), upgradePort);
    looks.await(6);
    assertFalse(first.isMember());

    member("127.0.0.2", upgradePort);

    first.awaitMembers("127.0.0.1", "127.0.0.2");
  }

  @Test
  void doesNotTellOfAMemberAtItsOtherPort() throws Exception {
    try (HeardLog log = new HeardLog(Joining.class.getName())) {
      member("127.0.0.2", upgradePort);
      Seeds seeds = named(always("127.0.0.1", "127.0.0.2", "::9"));
      RunningNode first = node("127.0.0.1", seeds, upgradePort);
      first.awaitMembers("127.0.0.1", "127.0.0.2");

      String stranger = "[0:0:0:0:0:0:0:9]:" + port + ", which is not in this";
      while (log.lines().stream().noneMatch(line -> line.contains(stranger))) {
        LockSupport.parkNanos(20_000_000);
      }

      assertEquals(1, log.lines().stream().filter(line -> line.contains("not in this")).count());
    }
  }
}
