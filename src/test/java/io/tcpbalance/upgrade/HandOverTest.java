package io.tcpbalance.upgrade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.WaitingClient;
import io.tcpbalance.bootstrap.Successor;
import io.tcpbalance.metrics.ProxyMetrics;
import io.tcpbalance.testing.FakeDistccd;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.Hold;
import io.tcpbalance.testing.JobClient;
import io.tcpbalance.testing.JobScript;
import io.tcpbalance.testing.TalkingClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One step, in which two generations change places, or do not. */
@Timeout(120)
class HandOverTest {

  @Test
  void crowdThatWaitsIsServedInItsOrder() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = new TestGeneration(tcp(host, 2)).start();
        TestGeneration after = new TestGeneration(tcp(host, 2));
        TalkingClient first = connect(before);
        TalkingClient second = connect(before)) {
      first.hear();
      second.hear();
      List<TalkingClient> crowd = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        crowd.add(connect(before));
        before.awaitWaiting(i + 1);
      }

      before.departure().handOver(arrival(after, before));

      after.awaitWaiting(50);
      assertEquals(2, after.pool().backends().get(0).active());
      quit(first);
      for (TalkingClient client : crowd) {
        assertEquals("220 bld1", client.hear());
        quit(client);
      }
      quit(second);
      before.drain().get(20, TimeUnit.SECONDS);
      while (after.pool().backends().get(0).active() > 0) {
        Thread.onSpinWait();
      }
      assertEquals(52, after.pool().backends().get(0).activeCount());
    }
  }

  @Test
  void slotsOfWhomTheOldOneDidNotOutliveAreFree() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration after = new TestGeneration(tcp(host, 1))) {
      TalkingClient old;
      try (TestGeneration before = new TestGeneration(tcp(host, 1)).start()) {
        old = connect(before);
        old.hear();
        before.departure().handOver(arrival(after, before));
        before.awaitDone();
      }

      after.outlivesTheOneBefore();

      try (old;
          TalkingClient next = connect(after)) {
        assertEquals("220 bld1", next.hear());
      }
    }
  }

  @Test
  void whoAsksTheOldOneHearsHowThingsWere() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = new TestGeneration(tcp(host, 1)).start();
        TestGeneration after = new TestGeneration(tcp(host, 1));
        TalkingClient served = connect(before)) {
      served.hear();
      try (TalkingClient waits = connect(before)) {
        before.awaitWaiting(1);

        before.departure().handOver(arrival(after, before));

        after.awaitWaiting(1);
        assertEquals(1, before.pool().waiting());
        assertEquals(1, before.pool().backends().get(0).active());
        quit(served);
        waits.hear();
        quit(waits);
      }
      assertEquals(Optional.empty(), before.ask(Balancer.AskStall::new));
      List<WaitingClient> waiting = before.ask(replyTo -> new Balancer.ListWaiting(1, replyTo));
      assertEquals(List.of(), waiting);
      StatusReply<BackendStatus> changed =
          before.ask(replyTo -> new Balancer.Remove("bld1", false, replyTo));
      assertTrue(changed.isError());
    }
  }

  @Test
  void oldSessionsCountUntilTheyEnd() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = new TestGeneration(tcp(host, 1)).start();
        TestGeneration after = new TestGeneration(tcp(host, 1));
        TalkingClient old = connect(before)) {
      old.hear();
      before.departure().handOver(arrival(after, before));
      try (TalkingClient next = connect(after)) {
        after.awaitWaiting(1);

        old.socket().close();

        assertEquals("220 bld1", next.hear());
        quit(next);
      }
    }
  }

  @Test
  void whoLeavesWhileHeIsHandedOverIsForgotten() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = new TestGeneration(tcp(host, 1)).start();
        TestGeneration after = new TestGeneration(tcp(host, 1));
        TalkingClient old = connect(before)) {
      old.hear();
      TalkingClient leaving = connect(before);
      before.awaitWaiting(1);
      Successor arrival = arrival(after, before);
      Successor slow = Meddling.before(arrival, "begin", () -> leaving.socket().close());

      before.departure().handOver(slow);

      after.awaitWaiting(0);
      try (TalkingClient next = connect(after)) {
        after.awaitWaiting(1);
        quit(old);
        assertEquals("220 bld1", next.hear());
        quit(next);
      }
    }
  }

  @Test
  void jobsOfAllKindsPassOver() throws Exception {
    Hold hold = new Hold();
    byte[] request = JobClient.request(3, "gcc", 300_000);
    try (FakeDistccd host = FakeDistccd.start(1);
        TestGeneration before = new TestGeneration(distcc(host)).start();
        TestGeneration after = new TestGeneration(distcc(host))) {
      host.next(JobScript.compiled().heldBy(hold));
      try (JobClient compiling = JobClient.sent(before.port(), request);
          JobClient receiving = JobClient.connect(before.port(), request)) {
        hold.awaitJob();
        receiving.send(100_000);
        try (JobClient waiting = JobClient.sent(before.port(), request)) {
          before.awaitWaiting(1);

          before.departure().handOver(arrival(after, before));

          after.awaitWaiting(1);
          receiving.sendRest();
          after.awaitWaiting(2);
          hold.release();
          compiling.expectCompiled();
          waiting.expectCompiled();
          receiving.expectCompiled();
          before.drain().get(20, TimeUnit.SECONDS);
        }
      }
      assertEquals(1, host.maxConcurrent());
      assertEquals(3, host.answered());
    }
  }

  @Test
  void placeInTheQueueIsKeptOverSeveralHandOvers() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration one = new TestGeneration(tcp(host, 1)).start();
        TestGeneration two = new TestGeneration(tcp(host, 1));
        TestGeneration three = new TestGeneration(tcp(host, 1));
        TalkingClient served = connect(one)) {
      served.hear();
      try (TalkingClient first = connect(one)) {
        one.awaitWaiting(1);
        one.departure().handOver(arrival(two, one));
        try (TalkingClient second = connect(two)) {
          two.awaitWaiting(2);
          two.departure().handOver(arrival(three, two));
          three.awaitWaiting(2);

          quit(served);

          assertEquals("220 bld1", first.hear());
          quit(first);
          assertEquals("220 bld1", second.hear());
          quit(second);
        }
      }
      assertTrue(three.pool().backends().get(0).activeCount() >= 3);
    }
  }

  @Test
  void whatWasCountedGoesOnBeingCounted() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration after = new TestGeneration(tcp(host, 1))) {
      try (TestGeneration before = new TestGeneration(tcp(host, 1)).start()) {
        try (TalkingClient gone = connect(before)) {
          gone.hear();
          quit(gone);
        }
        try (TalkingClient served = connect(before)) {
          served.hear();
          try (TalkingClient waiting = connect(before)) {
            waiting.say("early");
            before.awaitWaiting(1);

            before.departure().handOver(arrival(after, before));
            quit(served);
            assertEquals("220 bld1", waiting.hear());
            assertEquals("early", waiting.hear());
            quit(waiting);
          }
        }
        before.drain().get(20, TimeUnit.SECONDS);
      }

      ProxyMetrics.Snapshot measured = after.awaitEnded(3);
      assertEquals(3, measured.sessions());
      assertEquals(3, measured.lives().total());
      assertEquals(3 * "QUIT\r\n".length() + "early\r\n".length(), measured.bytesIn());
    }
  }

  private static Arrival arrival(TestGeneration after, TestGeneration before) {
    return new Arrival(before.departure(), after);
  }

  private static String tcp(GreetingHost host, int slots) {
    return block("tcp", host.port(), slots);
  }

  private static String distcc(FakeDistccd host) {
    return block("distcc", host.port(), 1);
  }

  private static String block(String protocol, int port, int slots) {
    return """
        listen { host = 127.0.0.1, port = 0 }
        protocol = %s
        health.check = none
        backends = [{ name = bld1, host = 127.0.0.1, port = %d, max-connections = %d }]
        """
        .formatted(protocol, port, slots);
  }

  private static TalkingClient connect(TestGeneration to) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), to.port());
    socket.setSoTimeout(30_000);
    return new TalkingClient(socket);
  }

  private static void quit(TalkingClient client) throws IOException {
    client.say("QUIT");
    assertEquals("221 bye", client.hear());
    client.hangUp();
  }
}
