package io.tcpbalance.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.relay.Bench.Session;
import io.tcpbalance.relay.RelayEnd.Cause;
import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.Peer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A relay before it has a back-end: its client waits, goes away, or is not accepted anywhere. */
@Timeout(60)
class RelayConnectTest {

  private static final RelayPolicy IMPATIENT =
      new RelayPolicy(Duration.ofMillis(250), Bench.LONG, true);

  @Test
  void refusedConnectIsToldAndTheNextBackendServes() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend refusing = FakeBackend.refusing();
        FakeBackend echoing = FakeBackend.echoing()) {
      Session session = bench.open();
      session.client().send("to whom it may concern");

      session.relay().connect(refusing.address());
      ConnectFailure failure = session.told().awaitConnectFailed();

      assertEquals(new ConnectFailure(false, "connection refused"), failure);
      session.connect(echoing);
      session.client().expect("to whom it may concern");
    }
  }

  @Test
  void connectThatIsNotAnsweredTimesOut() throws Exception {
    try (Bench bench = new Bench(IMPATIENT);
        FakeBackend unreachable = FakeBackend.unreachable();
        FakeBackend echoing = FakeBackend.echoing()) {
      Session session = bench.open();

      session.relay().connect(unreachable.address());
      ConnectFailure failure = session.told().awaitConnectFailed();

      assertEquals(new ConnectFailure(false, "connect timed out after 250 ms"), failure);
      session.connect(echoing);
      session.client().send("still here");
      session.client().expect("still here");
    }
  }

  @Test
  void secondConnectIsIgnored() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend echoing = FakeBackend.echoing();
        FakeBackend other = FakeBackend.scripted()) {
      Session session = bench.open();

      session.relay().connect(echoing.address());
      session.relay().connect(other.address());
      session.told().awaitConnected();
      session.relay().connect(other.address());
      bench.turn(5);

      session.client().send("echo");
      session.client().expect("echo");
      assertEquals(0, other.accepted());
    }
  }

  @Test
  void connectAfterTheEndIsIgnored() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.open();
      session.relay().close();

      session.relay().connect(backend.address());
      session.relay().watch();
      session.told().awaitEnded();
      bench.turn(5);

      assertEquals(0, backend.accepted());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void waiterThatResetsIsGoneAtOnce(boolean sentBefore) throws Exception {
    try (Bench bench = new Bench(Bench.TCP)) {
      Session session = bench.open();
      session.relay().watch();
      if (sentBefore) {
        session.client().send("some bytes");
        awaitHeld(bench);
      }

      session.client().reset();

      assertEquals(Cause.CLIENT_GONE, session.told().awaitEnded().cause());
    }
  }

  @Test
  void waiterThatLeavesWithoutAWordIsGoneAtOnce() throws Exception {
    try (Bench bench = new Bench(Bench.TCP)) {
      Session session = bench.open();
      session.relay().watch();

      session.client().close();

      RelayEnd end = session.told().awaitEnded();
      assertEquals(new RelayEnd(Cause.CLIENT_GONE, false, 0, 0, 0), end);
    }
  }

  @Test
  void waiterThatHasSaidAllItWantedKeepsWaiting() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.echoing()) {
      Session session = bench.open();
      session.relay().watch();
      session.client().send("please");
      session.client().endOutput();
      awaitHeld(bench);
      bench.turn(10);
      assertFalse(session.told().hasEnded());

      session.connect(backend);

      session.client().expect("please");
      session.client().expectEnd();
    }
  }

  @Test
  void clientThatResetsWhileConnectingIsGone() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend unreachable = FakeBackend.unreachable()) {
      Session session = bench.open();
      session.relay().connect(unreachable.address());
      bench.turn(2);

      session.client().reset();

      RelayEnd end = session.told().awaitEnded();
      assertEquals(Cause.CLIENT_GONE, end.cause());
      assertFalse(end.wasConnected());
    }
  }

  /** There is nobody to connect to another back-end for. */
  @Test
  void clientThatLeftWhileItsConnectFailedIsGone() throws Exception {
    try (Bench bench = new Bench(IMPATIENT);
        FakeBackend unreachable = FakeBackend.unreachable()) {
      Session session = bench.open();
      session.relay().connect(unreachable.address());
      bench.turn(2);

      session.client().close();

      session.told().awaitConnectFailed();
      assertEquals(Cause.CLIENT_GONE, session.told().awaitEnded().cause());
    }
  }

  @Test
  void waiterThatResetBeyondTheBoundIsNoticedBeforeBackendIsBothered() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.open();
      session.relay().watch();
      session.client().send(new byte[3 * HeldClient.HELD_BYTES]);
      awaitFull(bench);
      session.client().reset();

      session.relay().connect(backend.address());

      RelayEnd end = session.told().awaitEnded();
      assertEquals(Cause.CLIENT_GONE, end.cause());
      assertFalse(end.wasConnected());
      assertEquals(0, backend.accepted());
    }
  }

  @Test
  void waiterThatWasNotReadForWantOfMemoryIsCheckedBeforeBackendIsBothered() throws Exception {
    try (Bench bench = new Bench(Bench.TCP, 1, 0, 100);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.open();
      session.relay().watch();
      bench.turn(2);
      session.client().reset();

      session.relay().connect(backend.address());

      assertEquals(Cause.CLIENT_GONE, session.told().awaitEnded().cause());
      assertEquals(0, backend.accepted());
    }
  }

  @Test
  void clientThatWaitsForManyBackendsInVainUsesNoMoreMemory() throws Exception {
    Noise up = new Noise(new Random().nextLong(), 9_000_000, 60_000);
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend refusing = FakeBackend.refusing();
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.open();
      CompletableFuture<Void> sent = up.sendTo(session.client());
      session.relay().watch();
      awaitFull(bench);

      for (int i = 0; i < 50; i++) {
        session.relay().connect(refusing.address());
        session.told().awaitConnectFailed();
      }

      long used = bench.memory.usedBytes();
      assertTrue(used <= RelayLoop.READ_BUFFER_BYTES + 4 * HeldClient.HELD_BYTES, used + " bytes");
      session.connect(backend);
      up.expect(backend.take());
      sent.join();
    }
  }

  @Test
  void closeEndsRelayInEveryPhase() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend unreachable = FakeBackend.unreachable();
        FakeBackend refusing = FakeBackend.refusing();
        FakeBackend stalling = FakeBackend.stalling()) {
      Session fresh = bench.open();
      Session watched = bench.open();
      watched.relay().watch();
      Session connecting = bench.open();
      connecting.relay().connect(unreachable.address());
      Session refused = bench.open();
      refused.relay().connect(refusing.address());
      refused.told().awaitConnectFailed();
      Session joined = bench.join(stalling);
      bench.turn(2);

      for (Session session : new Session[] {fresh, watched, connecting, refused, joined}) {
        session.relay().close();

        RelayEnd end = session.told().awaitEnded();
        assertEquals(Cause.CLOSED, end.cause());
        assertEquals(session.equals(joined), end.wasConnected());
        session.client().expectEnd();
      }
    }
  }

  /** The group may be closed between the accept and the start. */
  @Test
  void relayThatIsClosedBeforeItsStartTellsItsEndOnce() throws Exception {
    try (Bench bench = new Bench(Bench.TCP)) {
      for (int i = 0; i < 200; i++) {
        try (Peer client = Peer.connect(bench.address)) {
          StreamRelay relay = bench.takeAccepted();
          Recorder told = new Recorder();
          CompletableFuture<Boolean> registered = new CompletableFuture<>();
          relay.watch();
          bench.turn(1);
          bench
              .loops
              .next()
              .execute(
                  () -> {
                    relay.close();
                    relay.start(told);
                    registered.complete(true);
                  });
          Bench.await(registered, "the task runs");

          assertEquals(Cause.CLOSED, told.awaitEnded().cause());
          bench.turn(3);
          assertTrue(told.hasEndedOnce(), told::toString);
          client.expectEnd();
        }
      }
    }
  }

  @Test
  void startLongAfterTheEndIsStillTold() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        Peer client = Peer.connect(bench.address)) {
      StreamRelay relay = bench.takeAccepted();
      relay.close();
      client.expectEnd();
      bench.turn(3);
      Recorder told = new Recorder();

      relay.start(told);

      assertEquals(new RelayEnd(Cause.CLOSED, false, 0, 0, 0), told.awaitEnded());
      bench.turn(2);
      assertTrue(told.hasEndedOnce());
    }
  }

  private static void awaitHeld(Bench bench) {
    while (bench.memory.usedBytes() == 0) {
      bench.turn(1);
    }
  }

  private static void awaitFull(Bench bench) {
    while (bench.memory.usedBytes() < HeldClient.HELD_BYTES) {
      bench.turn(1);
    }
    bench.turn(20);
  }
}
