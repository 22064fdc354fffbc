package io.tcpbalance.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.Peer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectTrialTest {

  @Test
  void connectsAndClosesInAnOrderlyWay() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {

      Optional<ConnectFailure> failure = outcome(bench, backend.address(), Bench.LONG);

      assertEquals(Optional.empty(), failure);
      try (Peer atBackend = backend.take()) {
        atBackend.expectEnd();
      }
    }
  }

  @Test
  void saysThatItWasRefused() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend refusing = FakeBackend.refusing()) {

      Optional<ConnectFailure> failure = outcome(bench, refusing.address(), Bench.LONG);

      assertEquals(Optional.of(new ConnectFailure(false, "connection refused")), failure);
    }
  }

  @Test
  void timesOutWhereNobodyAnswers() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend unreachable = FakeBackend.unreachable()) {

      Optional<ConnectFailure> failure =
          outcome(bench, unreachable.address(), Duration.ofMillis(200));

      assertEquals(
          Optional.of(new ConnectFailure(false, "connect timed out after 200 ms")), failure);
      assertEquals(0, watchedSockets(bench));
    }
  }

  @Test
  void cancellingItsResultClosesItsSocket() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend unreachable = FakeBackend.unreachable()) {
      CompletableFuture<Optional<ConnectFailure>> result =
          bench.loops.tryConnect(unreachable.address(), Bench.LONG);
      assertEquals(1, watchedSockets(bench));

      result.cancel(false);

      assertEquals(0, watchedSockets(bench));
    }
  }

  @Test
  void doesNotOutliveItsLoop() throws Exception {
    try (FakeBackend unreachable = FakeBackend.unreachable()) {
      CompletableFuture<Optional<ConnectFailure>> result;
      try (Bench bench = new Bench(Bench.TCP)) {
        result = bench.loops.tryConnect(unreachable.address(), Bench.LONG);
        assertFalse(result.isDone());
      }

      assertThrows(CancellationException.class, result::join);
    }
  }

  @Test
  void manyAtOnceLeaveNothingBehind() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend accepting = FakeBackend.echoing();
        FakeBackend refusing = FakeBackend.refusing()) {
      List<CompletableFuture<Optional<ConnectFailure>>> results = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        results.add(bench.loops.tryConnect(accepting.address(), Bench.LONG));
        results.add(bench.loops.tryConnect(refusing.address(), Bench.LONG));
      }

      for (int i = 0; i < results.size(); i++) {
        boolean refused = Bench.await(results.get(i), "an answer").isPresent();
        assertEquals(i % 2 == 1, refused);
      }
      assertEquals(0, watchedSockets(bench));
    }
  }

  private static Optional<ConnectFailure> outcome(
      Bench bench, InetSocketAddress address, Duration timeout) {
    return Bench.await(bench.loops.tryConnect(address, timeout), "the trial's end");
  }

  /** How many sockets the (only) loop has its eyes on, but for the bench's own door. */
  private static int watchedSockets(Bench bench) {
    bench.turn(2);
    RelayLoop loop = bench.loops.next();
    CompletableFuture<Integer> count = new CompletableFuture<>();
    loop.execute(() -> count.complete(loop.selector().keys().size() - 1));
    return Bench.await(count, "the loop answers");
  }
}
