package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tcpbalance.config.ClusterSettings.SeedDns;
import io.tcpbalance.dns.Resolver;
import io.tcpbalance.testing.HeardLog;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that find each other by a name. */
@Timeout(60)
class JoiningTest {

  private static final Joining.Pace PACE =
      new Joining.Pace(Duration.ofMillis(300), Duration.ofMillis(300));

  private final List<AutoCloseable> toClose = new ArrayList<>();
  private int port;

  @BeforeEach
  void choosePort() throws Exception {
    port = RunningNode.freePort();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : toClose) {
      each.close();
    }
  }

  private RunningNode node(String host, Resolver.Lookup dns) throws Exception {
    Resolver resolver = new Resolver(dns, Duration.ZERO, Duration.ofSeconds(5), System::nanoTime);
    RunningNode node =
        new RunningNode(
            "host = %s, port = %d".formatted(host, port),
            Joining.create(new SeedDns("nodes.example", port), resolver, PACE));
    toClose.add(node);
    toClose.add(resolver);
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
    AtomicInteger looks = new AtomicInteger();
    RunningNode b =
        node(
            "127.0.0.2",
            name -> {
              looks.incrementAndGet();
              return addresses("127.0.0.1");
            });
    while (looks.get() < 8) {
      LockSupport.parkNanos(20_000_000);
    }
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
}
