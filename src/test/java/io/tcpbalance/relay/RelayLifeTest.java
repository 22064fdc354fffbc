package io.tcpbalance.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tcpbalance.relay.Bench.Session;
import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What holds over the whole life of many relays. */
@Timeout(60)
class RelayLifeTest {

  /**
   * The end of a relay gives its slot on. So a back-end that looks whether its connections have
   * ended before it accepts the next one never has two.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nextConnectAfterTheEndNeverMeetsTheOneBefore(boolean forwardsHalfClose) throws Exception {
    Random random = new Random();
    RelayPolicy policy = forwardsHalfClose ? Bench.TCP : Bench.ABORTING;
    try (Bench bench = new Bench(policy, 2, Bench.ROOMY_BYTES, 1000);
        FakeBackend backend = FakeBackend.scripted()) {
      Peer before = null;
      for (int i = 0; i < 3000; i++) {
        Session session = bench.join(backend);
        Peer server = backend.take();
        if (before != null) {
          assertTrue(before.isOver(), "accepted before the connection before had ended");
          before.close();
        }
        int way = random.nextInt(5);
        if (way == 0) {
          session.relay().close();
        } else if (way == 1) {
          session.client().reset();
        } else if (way == 2) {
          server.reset();
        } else {
          (way == 3 ? session.client() : server).close();
          (way == 3 ? server : session.client()).endOutput();
        }
        session.told().awaitEnded();
        before = server;
        session.client().close();
      }
      before.close();
    }
  }

  /** Whatever happens to it and whenever: the bench asserts that each told its end once. */
  @Test
  void relaysToldManyThingsAtOnceEndOnce() throws Exception {
    Random random = new Random();
    try (Bench bench = new Bench(Bench.TCP, 2, Bench.ROOMY_BYTES, 5000);
        FakeBackend echoing = FakeBackend.echoing();
        FakeBackend refusing = FakeBackend.refusing();
        FakeBackend resetting = FakeBackend.resetting(1)) {
      List<FakeBackend> backends = List.of(echoing, refusing, resetting);
      for (int i = 0; i < 1500; i++) {
        Session session = bench.open();
        session.relay().watch();
        session.client().send("x");
        session.relay().connect(backends.get(random.nextInt(3)).address());
        CompletableFuture<Void> closed =
            random.nextBoolean()
                ? CompletableFuture.runAsync(session.relay()::close)
                : CompletableFuture.completedFuture(null);
        if (random.nextBoolean()) {
          session.client().reset();
        } else {
          session.client().close();
        }
        closed.join();
        session.relay().close();
      }
    }
  }

  @Test
  void closedGroupClosesThoseThatAreStillAccepted() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.echoing()) {
      Session joined = bench.join(backend);
      Session waiting = bench.open();
      waiting.relay().watch();

      Bench.await(bench.group.close(), "the group is closed");
      Session late = bench.open();

      for (Session session : List.of(joined, waiting, late)) {
        assertEquals(RelayEnd.Cause.CLOSED, session.told().awaitEnded().cause());
        session.client().expectEnd();
      }
    }
  }

  @Test
  void loopsThatStopCloseWhatTheyStillHave() throws Exception {
    try (Bench bench = new Bench(Bench.TCP, 2, Bench.ROOMY_BYTES, 100);
        FakeBackend backend = FakeBackend.scripted()) {
      Session joined = bench.join(backend);
      Session waiting = bench.open();
      waiting.relay().watch();

      bench.loops.close();

      for (Session session : List.of(joined, waiting)) {
        assertEquals(RelayEnd.Cause.CLOSED, session.told().awaitEnded().cause());
        session.client().expectEnd();
      }
      backend.take().expectEnd();
      Bench.await(bench.acceptor.closed(), "the acceptor is closed");
    }
  }

  @Test
  void socketsAndThreadsAreGivenBack() throws Exception {
    runSomeRelays(); // what the JDK opens once and keeps
    long sockets = openSockets();
    long threads = relayThreads();

    for (int i = 0; i < 5; i++) {
      runSomeRelays();
    }

    assertEquals(sockets, openSockets());
    assertEquals(threads, relayThreads());
  }

  @Test
  void whatIsNormalIsNotLogged() throws Exception {
    Logger log = (Logger) LoggerFactory.getLogger("io.tcpbalance.relay");
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    log.addAppender(logged);
    try {
      try (Bench bench = new Bench(Bench.ABORTING);
          FakeBackend backend = FakeBackend.scripted()) {
        for (int i = 0; i < 50; i++) {
          Session session = bench.join(backend);
          Peer server = backend.take();
          // Both sockets are ready in one selection, and the first one's event ends the relay.
          CompletableFuture<Boolean> held = new CompletableFuture<>();
          CompletableFuture<Boolean> go = new CompletableFuture<>();
          bench
              .loops
              .next()
              .execute(
                  () -> {
                    held.complete(true);
                    go.orTimeout(20, TimeUnit.SECONDS).join();
                  });
          held.join();
          if (i % 2 == 0) {
            session.client().close();
            server.reset();
          } else {
            server.reset();
            session.client().reset();
          }
          go.complete(true);
          session.told().awaitEnded();
        }
      }
    } finally {
      log.detachAppender(logged);
    }

    assertEquals(List.of(), logged.list.stream().map(ILoggingEvent::getMessage).toList());
  }

  @Test
  void handlerThatThrowsEndsItsOwnRelayOnly() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend echoing = FakeBackend.echoing();
        FakeBackend refusing = FakeBackend.refusing()) {
      Session healthy = bench.join(echoing);
      AtomicInteger ends = new AtomicInteger();
      for (FakeBackend backend : List.of(echoing, refusing)) {
        try (Peer client = Peer.connect(bench.address)) {
          StreamRelay relay = bench.takeAccepted();
          relay.start(new Throwing(ends));

          relay.connect(backend.address());

          client.expectEnd();
        }
      }
      bench.turn(3);

      healthy.client().send("well");
      healthy.client().expect("well");
      assertEquals(2, ends.get());
    }
  }

  private record Throwing(AtomicInteger ends) implements RelayHandler {
    @Override
    public void connected() {
      throw new IllegalStateException("connected, as the test wants it");
    }

    @Override
    public void connectFailed(ConnectFailure failure) {
      throw new IllegalStateException("connectFailed, as the test wants it");
    }

    @Override
    public void ended(RelayEnd end) {
      ends.incrementAndGet();
      throw new IllegalStateException("ended, as the test wants it");
    }
  }

  private static void runSomeRelays() throws Exception {
    try (Bench bench = new Bench(Bench.TCP, 3, Bench.ROOMY_BYTES, 1000);
        FakeBackend echoing = FakeBackend.echoing();
        FakeBackend refusing = FakeBackend.refusing()) {
      for (int i = 0; i < 20; i++) {
        bench.join(echoing);
        Session refused = bench.open();
        refused.relay().connect(refusing.address());
        refused.told().awaitConnectFailed();
        bench.open();
      }
    }
  }

  private static long openSockets() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.filter(RelayLifeTest::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("socket:") || target.contains("eventpoll");
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  private static long relayThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("relay-"))
        .count();
  }
}
