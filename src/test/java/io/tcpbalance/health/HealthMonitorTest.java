package io.tcpbalance.health;

import static io.tcpbalance.health.MonitorUnderTest.INTERVAL;
import static io.tcpbalance.health.MonitorUnderTest.OUR_OWN;
import static io.tcpbalance.health.MonitorUnderTest.REFUSED;
import static io.tcpbalance.health.MonitorUnderTest.host;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Observation;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.health.MonitorUnderTest.Trial;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HealthMonitorTest {

  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void probesAHostOncePerInterval() throws Exception {
    try (MonitorUnderTest test = new MonitorUnderTest(KIT, 2, 2)) {
      test.roster(host("a", 4001));
      test.pass(INTERVAL.dividedBy(2));

      Trial first = test.trials.take();
      assertEquals("/127.0.0.1:4001", first.address().toString());
      assertEquals(Duration.ofSeconds(1), first.timeout());
      first.accept();
      test.pass(INTERVAL.minusMillis(10));
      assertTrue(test.trials.isEmpty());
      test.pass(Duration.ofMillis(20));

      assertEquals(1, test.trials.size());
      test.expectSilence();
    }
  }

  @Test
  void failsAHostAfterFallProbesAndSaysWhy() {
    try (MonitorUnderTest test = new MonitorUnderTest(KIT, 2, 2)) {
      test.fails(4001, REFUSED);
      test.roster(host("a", 4001));

      test.passInterval();
      test.expectSilence();
      test.passInterval();

      test.expectObserved("a", Observation.UNREACHABLE, "connection refused");
    }
  }

  @Test
  void repeatsItselfUntilTheBalancerHasHeard() {
    try (MonitorUnderTest test = new MonitorUnderTest(KIT, 1, 1)) {
      test.accepts(4001);
      test.roster(host("a", "127.0.0.1", 4001, OperatorState.UP, false));
      test.passInterval();
      test.passInterval();
      test.expectObserved("a", Observation.SERVES, "accepted a probe");
      test.expectObserved("a", Observation.SERVES, "accepted a probe");

      test.becomes("a", true);
      test.passInterval();

      test.expectSilence();
    }
  }

  @Test
  void tellsThatAHostDiedWhichHadFailedBefore() {
    try (MonitorUnderTest test = new MonitorUnderTest(KIT, 2, 1)) {
      test.fails(4001, REFUSED);
      test.roster(host("a", "127.0.0.1", 4001, OperatorState.UP, false));

      test.passInterval();
      test.expectSilence();
      test.passInterval();

      test.expectObserved("a", Observation.UNREACHABLE, "connection refused");
    }
  }

  @Test
  void bringsAHostBackAfterRiseProbes() {
    try (MonitorUnderTest test = new MonitorUnderTest(KIT, 1, 3)) {
      test.accepts(4001);
      test.roster(host("a", "127.0.0.1", 4001, OperatorState.UP, false));
      test.passInterval();
      test.passInterval();
      test.expectSilence();

      test.passInterval();

      test.expectObserved("a", Observation.SERVES, "accepted 3 probes in a row");
    }
  }

  @Test
  void bringsBackAHostThatASessionFoundFailed() {
    try (MonitorUnderTest test = new MonitorUnderTest(KIT, 2, 2)) {
      test.accepts(4001);
      test.roster(host("a", 4001));
      test.passInterval();
      test.passInterval();

      test.becomes("a", false);
      test.passInterval();
      test.expectSilence();
      test.passInterval();

      test.expectObserved("a", Observation.SERVES, "accepted 2 probes in a row");
    }
  }

  @Test
  void aHostThatFlapsHasToWait() {
    try (MonitorUnderTest test = new MonitorUnderTest(KIT, 1, 1)) {
      test.accepts(4001);
      test.roster(host("a", "127.0.0.1", 4001, OperatorState.UP, false));
      for (int intervalsAway : new int[] {1, 1, 2}) {
        for (int i = 0; i < intervalsAway; i++) {
          test.expectSilence();
          test.passInterval();
        }
        test.expectObserved("a", Observation.SERVES, "accepted a probe");
        test.becomes("a", true);
        test.becomes("a", false);
      }

      LoggingTestKit.info("but failed again and again: 6000 ms of 8000 ms")
          .withLoggerName(HealthMonitor.class.getName())
          .expect(
              KIT.system(),
              () -> {
                test.passInterval();
                return true;
              });
      test.passInterval();
      test.passInterval();
      test.expectSilence();
      test.passInterval();

      test.expectObserved("a", Observation.SERVES, "accepted a probe");
    }
  }

  @Test
  void errorsOfOurOwnMachineFailNoHost() {
    try (MonitorUnderTest test = new MonitorUnderTest(KIT, 1, 1)) {
      test.fails(4001, OUR_OWN);
      test.roster(host("a", 4001));

      test.passInterval();
      test.passInterval();
      test.expectSilence();
      test.fails(4001, REFUSED);
      test.passInterval();

      test.expectObserved("a", Observation.UNREACHABLE, "connection refused");
    }
  }

  @Test
  void leavesHostsAloneThatTheOperatorPutDown() {
    try (MonitorUnderTest test = new MonitorUnderTest(KIT, 1, 1)) {
      test.roster(
          host("down", "127.0.0.1", 4001, OperatorState.DOWN, true),
          host("draining", "127.0.0.1", 4002, OperatorState.DRAIN, true));

      test.passInterval();

      assertEquals(List.of(4002), ports(test.trials));
    }
  }

  @Test
  void followsTheRoster() throws Exception {
    try (MonitorUnderTest test = new MonitorUnderTest(KIT, 1, 1)) {
      test.roster(host("a", 4001), host("b", 4002), host("moved", 4003));
      test.passInterval();
      List<Trial> before = new ArrayList<>();
      test.trials.drainTo(before);
      assertEquals(3, before.size());

      test.roster(host("b", 4002), host("moved", 4004), host("new", 4005));
      test.settle();

      for (Trial trial : before) {
        boolean stays = trial.address().getPort() == 4002;
        assertEquals(!stays, trial.result().isCancelled(), () -> trial.address() + " is cancelled");
      }
      test.passInterval();
      assertEquals(List.of(4004, 4005), ports(test.trials));
      test.expectSilence();
    }
  }

  @Test
  void aRosterWithoutNewsCostsNoHostItsHistory() {
    try (MonitorUnderTest test = new MonitorUnderTest(KIT, 2, 2)) {
      test.fails(4001, REFUSED);
      test.roster(host("a", 4001));
      test.passInterval();

      test.roster(host("a", 4001));
      test.passInterval();

      test.expectObserved("a", Observation.UNREACHABLE, "connection refused");
    }
  }

  @Test
  void triesAllAddressesOfAHostInTurn() throws Exception {
    try (MonitorUnderTest test =
        new MonitorUnderTest(KIT, 1, 1, name -> addresses("127.0.0.2", "127.0.0.3"))) {
      test.roster(host("a", "bld.example", 4001, OperatorState.UP, true));
      test.passInterval();

      Trial first = test.trials.take();
      assertEquals("/127.0.0.2:4001", first.address().toString());
      first.fail(REFUSED);
      Trial second = test.trials.take();
      assertEquals("/127.0.0.3:4001", second.address().toString());
      second.accept();

      test.expectSilence();
      assertTrue(test.trials.isEmpty());
    }
  }

  @Test
  void failsAHostNoneOfWhoseAddressesAccepts() throws Exception {
    try (MonitorUnderTest test =
        new MonitorUnderTest(KIT, 1, 1, name -> addresses("127.0.0.2", "127.0.0.3"))) {
      test.fails(4001, REFUSED);
      test.roster(host("a", "bld.example", 4001, OperatorState.UP, true));
      test.passInterval();

      test.expectObserved("a", Observation.UNREACHABLE, "connection refused");
    }
  }

  @Test
  void failsAHostWhoseNameDoesNotResolve() {
    try (MonitorUnderTest test =
        new MonitorUnderTest(
            KIT,
            1,
            1,
            name -> {
              throw new UnknownHostException(name);
            })) {
      test.roster(host("a", "nobody.example", 4001, OperatorState.UP, true));
      test.passInterval();

      test.expectObserved("a", Observation.FAILS, "name 'nobody.example' does not resolve");
    }
  }

  @Test
  void boundsHowManyProbesAreUnderWay() throws Exception {
    int more = 10;
    try (MonitorUnderTest test = new MonitorUnderTest(KIT, 1, 1)) {
      BackendStatus[] hosts = new BackendStatus[HealthMonitor.MOST_UNDER_WAY + more];
      for (int i = 0; i < hosts.length; i++) {
        hosts[i] = host("h" + i, 4000 + i);
      }
      test.roster(hosts);
      test.passInterval();
      assertEquals(HealthMonitor.MOST_UNDER_WAY, test.trials.size());

      for (int i = 0; i < more; i++) {
        test.trials.take().accept();
      }
      test.settle();

      assertEquals(HealthMonitor.MOST_UNDER_WAY, test.trials.size());
      test.trials.forEach(trial -> assertFalse(trial.result().isDone()));
    }
  }

  @Test
  void aRemovedHostMakesRoomForOthersThatAreDue() {
    try (MonitorUnderTest test = new MonitorUnderTest(KIT, 1, 1)) {
      BackendStatus[] hosts = new BackendStatus[HealthMonitor.MOST_UNDER_WAY + 2];
      for (int i = 0; i < hosts.length; i++) {
        hosts[i] = host("h" + i, 4000 + i);
      }
      test.roster(hosts);
      test.passInterval();
      List<Integer> probed = ports(test.trials);
      BackendStatus waiting =
          List.of(hosts).stream().filter(h -> !probed.contains(h.port())).findFirst().orElseThrow();

      test.roster(waiting);
      test.settle();

      assertEquals(HealthMonitor.MOST_UNDER_WAY + 1, test.trials.size());
      assertTrue(ports(test.trials).contains(waiting.port()));
    }
  }

  @Test
  void itsDeathClosesItsSocketsAndItsNextLifeGoesOn() throws Exception {
    try (MonitorUnderTest test = new MonitorUnderTest(KIT, 2, 2)) {
      test.roster(host("a", 4001));
      test.passInterval();
      Trial inFlight = test.trials.take();

      test.kill();
      test.expectWatch();
      assertTrue(inFlight.result().isCancelled());
      test.fails(4001, REFUSED);
      test.roster(host("a", 4001));
      test.passInterval();
      test.expectSilence();
      test.passInterval();

      test.expectObserved("a", Observation.UNREACHABLE, "connection refused");
    }
  }

  @Test
  void itsEndClosesItsSockets() throws Exception {
    Trial inFlight;
    try (MonitorUnderTest test = new MonitorUnderTest(KIT, 2, 2)) {
      test.roster(host("a", 4001));
      test.passInterval();
      inFlight = test.trials.take();
    }

    assertTrue(inFlight.result().isCancelled());
  }

  private static List<Integer> ports(Iterable<Trial> trials) {
    List<Integer> ports = new ArrayList<>();
    trials.forEach(trial -> ports.add(trial.address().getPort()));
    return ports.stream().sorted().toList();
  }

  private static InetAddress[] addresses(String... literals) {
    InetAddress[] addresses = new InetAddress[literals.length];
    for (int i = 0; i < literals.length; i++) {
      try {
        addresses[i] = InetAddress.getByName(literals[i]);
      } catch (UnknownHostException e) {
        throw new CompletionException(e);
      }
    }
    return addresses;
  }
}
