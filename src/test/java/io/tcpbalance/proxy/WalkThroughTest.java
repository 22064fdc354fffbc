package io.tcpbalance.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.TalkingClient;
import java.io.IOException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What the original's README has its reader try: a mail host with two slots, one that does not
 * exist, one with one slot.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WalkThroughTest {

  private final ActorTestKit kit = ActorTestKit.create();

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void fourClientsShareTwoHostsWhileOneDoesNotExist() throws IOException {
    try (GreetingHost yahoo = GreetingHost.start("yahoo");
        GreetingHost hotmail = GreetingHost.start("hotmail");
        RunningProxy proxy =
            new RunningProxy.Plan()
                .backend("mx1.yahoo", yahoo.port(), 2)
                .backend("bogus-demo", "no-such-host.invalid", 25, 1)
                .backend("mx1.hotmail", hotmail.port(), 1)
                .start(kit)) {

      TalkingClient first = new TalkingClient(proxy.connect());
      assertEquals("220 yahoo", first.hear());
      TalkingClient second = new TalkingClient(proxy.connect());
      assertEquals("220 yahoo", second.hear());
      TalkingClient third = new TalkingClient(proxy.connect());
      assertEquals("220 hotmail", third.hear(), "the host that does not exist is never seen");
      assertEquals("failed", proxy.backend("bogus-demo").status());

      TalkingClient fourth = new TalkingClient(proxy.connect());
      proxy.awaitPool("one waiting", pool -> pool.waiting() == 1);
      second.say("QUIT");
      assertEquals("221 bye", second.hear());
      assertNull(second.hear());
      second.hangUp();
      assertEquals("220 yahoo", fourth.hear());

      TalkingClient fifth = new TalkingClient(proxy.connect());
      PoolStatus pool = proxy.awaitPool("one waiting", p -> p.waiting() == 1);
      assertEquals(3, pool.backends().stream().mapToInt(BackendStatus::active).sum());
      assertEquals(3, proxy.backend("mx1.yahoo").activeCount());

      for (TalkingClient client : new TalkingClient[] {first, third, fourth, fifth}) {
        client.hangUp();
      }
      proxy.awaitRest();
    }
  }

  /** The original hung here. */
  @Test
  void servesAClientThatWaitedWhileAllHostsWereDownAsSoonAsOneComesUp() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy =
            new RunningProxy.Plan()
                .backend("a", host.port(), 1)
                .backend("b", host.port(), 1)
                .start(kit)) {
      proxy.put("a", OperatorState.DOWN);
      proxy.put("b", OperatorState.DOWN);

      try (TalkingClient client = new TalkingClient(proxy.connect())) {
        proxy.awaitPool("one waiting", pool -> pool.waiting() == 1);
        proxy.put("b", OperatorState.UP);

        assertEquals("220 host", client.hear());
      }
      proxy.awaitRest();
    }
  }
}
