package io.tcpbalance.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.Protocol;
import io.tcpbalance.metrics.ProxyMetrics;
import io.tcpbalance.metrics.ProxyMetrics.ConnectFailure;
import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.FakeDistccd;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.JobClient;
import io.tcpbalance.testing.JobScript;
import io.tcpbalance.testing.TalkingClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a proxy counts and times of its clients. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MeasuredProxyTest {

  private final ActorTestKit kit = ActorTestKit.create();

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  private static RunningProxy.Plan plan() {
    return new RunningProxy.Plan();
  }

  @Test
  void timesASessionWithItsWaitAndItsConnect() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy = plan().backend("host", host.port(), 1).start(kit)) {
      try (TalkingClient client = new TalkingClient(proxy.connect())) {
        assertEquals("220 host", client.hear());

        assertEquals(1, proxy.description().sessions());
        assertEquals(1, proxy.measured().sessions());
        assertEquals(0, proxy.measured().lives().total());
      }
      proxy.awaitRest();

      ProxyMetrics.Snapshot measured = proxy.measured();
      assertEquals(0, proxy.description().sessions());
      assertEquals(1, measured.sessions());
      assertEquals(1, measured.waits().total());
      assertEquals(1, measured.connects().total());
      assertEquals(1, measured.lives().total());
      assertEquals(0, measured.compiles().total());
      assertTrue(measured.bytesOut() >= "220 host".length());
      assertTrue(measured.lives().sumSeconds() > measured.connects().sumSeconds());
    }
  }

  @Test
  void timesTheWaitOfOneWhoIsNeverServed() throws IOException {
    Duration patience = Duration.ofMillis(300);
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy = plan().queue(patience, 10).backend("host", host.port(), 1).start(kit);
        TalkingClient first = new TalkingClient(proxy.connect())) {
      assertEquals("220 host", first.hear());

      try (Socket second = proxy.connect()) {
        assertEquals(-1, second.getInputStream().read());
      }
      proxy.awaitSessions("one left", sessions -> sessions.size() == 1);

      assertEquals(2, proxy.measured().waits().total());
      assertTrue(proxy.measured().waits().sumSeconds() >= 0.3);
    }
  }

  @Test
  void timesTheWaitOfOneWhoGoesAway() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy = plan().backend("host", host.port(), 1).start(kit);
        TalkingClient first = new TalkingClient(proxy.connect())) {
      assertEquals("220 host", first.hear());

      try (Socket second = proxy.connect()) {
        assertTrue(second.isConnected());
        proxy.awaitPool("somebody waits", pool -> pool.waiting() == 1);
      }
      proxy.awaitSessions("one left", sessions -> sessions.size() == 1);

      assertEquals(2, proxy.measured().waits().total());
      assertEquals(1, proxy.measured().connects().total());
    }
  }

  @Test
  void countsConnectsThatFailByTheCause() throws IOException {
    try (FakeBackend dead = FakeBackend.refusing();
        GreetingHost alive = GreetingHost.start("alive");
        RunningProxy proxy =
            plan()
                .lookup(MeasuredProxyTest::lookup)
                .backend("nameless", "no.such.host", 80, 1)
                .backend("dead", dead.address().getPort(), 1)
                .backend("alive", alive.port(), 1)
                .start(kit);
        TalkingClient client = new TalkingClient(proxy.connect())) {
      assertEquals("220 alive", client.hear());

      assertEquals(
          Map.of(
              ConnectFailure.UNRESOLVED,
              1L,
              ConnectFailure.UNREACHABLE,
              1L,
              ConnectFailure.LOCAL,
              0L),
          proxy.measured().connectFailures());
      assertEquals(3, proxy.measured().waits().total());
      assertEquals(1, proxy.measured().connects().total());
    }
  }

  private static InetAddress[] lookup(String name) throws UnknownHostException {
    if (name.equals("no.such.host")) {
      throw new UnknownHostException(name);
    }
    return InetAddress.getAllByName(name);
  }

  @Test
  void timesTheCompileOfAJobThatWentElsewhereOnce() throws Exception {
    try (FakeDistccd breaking = FakeDistccd.start(1);
        FakeDistccd good = FakeDistccd.start(1);
        RunningProxy proxy =
            plan()
                .protocol(Protocol.DISTCC)
                .backend("breaking", breaking.port(), 1)
                .backend("good", good.port(), 1)
                .start(kit)) {
      breaking.next(JobScript.reset());

      JobClient.run(proxy.port(), JobClient.request(1, "f", 10_000));
      proxy.awaitRest();

      ProxyMetrics.Snapshot measured = proxy.measured();
      assertEquals(1, measured.compiles().total());
      assertEquals(2, measured.waits().total());
      assertEquals(2, measured.connects().total());
      assertEquals(1, measured.lives().total());
    }
  }

  @Test
  void timesNoTrialCompile() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(2);
        RunningProxy proxy =
            plan()
                .compiles(Duration.ofMillis(20), Duration.ofSeconds(20), "gcc")
                .backend("host", host.port(), 2)
                .start(kit)) {
      host.awaitJobs(3);

      ProxyMetrics.Snapshot measured = proxy.measured();
      assertEquals(0, proxy.description().sessions());
      assertEquals(0, measured.sessions());
      assertEquals(0, measured.waits().total());
      assertEquals(0, measured.connects().total());
      assertEquals(0, measured.lives().total());
    }
  }

  @Test
  void keepsItsNumbersWhenItsActorsDie() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy = plan().backend("host", host.port(), 2).start(kit)) {
      greet(proxy);
      proxy.kill("sessions");
      greet(proxy);
      proxy.kill("balancer");
      greet(proxy);
      try (TalkingClient client = new TalkingClient(proxy.connect())) {
        assertEquals("220 host", client.hear());
        proxy.killSession(proxy.sessions().get(0).id());
        proxy.awaitRest();
      }

      assertEquals(4, proxy.measured().sessions());
      assertEquals(4, proxy.measured().lives().total());
      assertEquals(0, proxy.description().sessions());

      proxy.killItself();
      assertEquals(4, proxy.measured().sessions()); // Answered by its next life.
      greet(proxy);
      assertEquals(5, proxy.measured().lives().total());
    }
  }

  private static void greet(RunningProxy proxy) throws IOException {
    try (TalkingClient client = new TalkingClient(proxy.connect())) {
      assertEquals("220 host", client.hear());
    }
    proxy.awaitRest();
  }
}
