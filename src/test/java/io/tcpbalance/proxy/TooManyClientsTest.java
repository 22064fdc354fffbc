package io.tcpbalance.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.TalkingClient;
import java.io.IOException;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** More clients than a proxy is to take: what becomes of them, and that they are counted. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TooManyClientsTest {

  private final ActorTestKit kit = ActorTestKit.create();

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void beyondMaxSessionsTheyWaitInTheKernelAndAreServed() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy =
            new RunningProxy.Plan().backend("host", host.port(), 5).maxSessions(2).start(kit);
        TalkingClient first = new TalkingClient(proxy.connect());
        TalkingClient second = new TalkingClient(proxy.connect())) {
      assertEquals("220 host", first.hear());
      assertEquals("220 host", second.hear());

      try (TalkingClient third = new TalkingClient(proxy.connect())) {
        proxy.awaitComplaints(Complaint.ACCEPT_PAUSED, 1);
        assertEquals(2, proxy.sessions().size());
        first.hangUp();

        assertEquals("220 host", third.hear());
      }
    }
  }

  @Test
  void aMachineBeyondItsQuotaIsClosedUntilOneOfItsSessionsEnds() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy =
            new RunningProxy.Plan().backend("host", host.port(), 5).maxPerClient(2).start(kit);
        TalkingClient first = new TalkingClient(proxy.connect());
        TalkingClient second = new TalkingClient(proxy.connect())) {
      assertEquals("220 host", first.hear());
      assertEquals("220 host", second.hear());

      for (int i = 1; i <= 3; i++) {
        try (TalkingClient tooMany = new TalkingClient(proxy.connect())) {
          assertNull(tooMany.hear());
        }
        proxy.awaitComplaints(Complaint.MAX_PER_CLIENT, i);
      }
      first.hangUp();
      proxy.awaitPool("one active", pool -> pool.backends().get(0).active() == 1);
      // A killed session makes room too, once its sockets are closed.
      proxy.killSession(2);
      assertNull(second.hear());
      proxy.awaitRest();

      try (TalkingClient again = new TalkingClient(proxy.connect());
          TalkingClient andAgain = new TalkingClient(proxy.connect())) {
        assertEquals("220 host", again.hear());
        assertEquals("220 host", andAgain.hear());
      }
    }
  }

  @Test
  void countsWhoFindsTheQueueFullAndWhoWaitsTooLong() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy =
            new RunningProxy.Plan()
                .backend("host", host.port(), 1)
                .queue(Duration.ofMillis(300), 1)
                .start(kit);
        TalkingClient served = new TalkingClient(proxy.connect())) {
      assertEquals("220 host", served.hear());
      try (TalkingClient waiting = new TalkingClient(proxy.connect())) {
        proxy.awaitPool("one waiting", pool -> pool.waiting() == 1);
        try (TalkingClient tooMany = new TalkingClient(proxy.connect())) {
          assertNull(tooMany.hear());
        }
        assertNull(waiting.hear());
      }

      proxy.awaitComplaints(Complaint.QUEUE_FULL, 1);
      proxy.awaitComplaints(Complaint.QUEUE_TIMEOUT, 1);
    }
  }
}
