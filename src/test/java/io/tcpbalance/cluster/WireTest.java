package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tcpbalance.cluster.mail.Letter;
import io.tcpbalance.cluster.mail.Mail;
import io.tcpbalance.cluster.mail.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.Deploy;
import org.apache.pekko.actor.Identify;
import org.apache.pekko.actor.Kill;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.remote.RemoteScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What gets through to the actors of a node from one that may connect, but is no program of ours:
 * it has all serializers that Pekko has, Java's too.
 */
@Timeout(60)
class WireTest {

  private static final Config ATTACKER =
      ConfigFactory.parseString(
              """
              pekko {
                actor.provider = remote
                remote.use-unsafe-remote-features-outside-cluster = on
                remote.warn-about-direct-use = off
                actor.allow-java-serialization = on
                actor.warn-about-java-serializer-usage = off
                actor.serializers.tcpbalance-mail = "io.tcpbalance.cluster.mail.MailSerializer"
                actor.serialization-bindings."io.tcpbalance.cluster.mail.Letter" = tcpbalance-mail
                remote.artery.advanced.inbound-lanes = 1 # in order, whoever is meant
                coordinated-shutdown.phases.actor-system-terminate.timeout = 1s
                remote.artery.canonical { hostname = 127.0.0.1, port = 0 }
                remote.artery.transport = tcp
                loglevel = WARNING
              }
              """)
          .withFallback(ConfigFactory.load());

  private static final Letter LETTER =
      new Letter(new NodeId("a", 1, 2), new NodeId("b", 3, 4), new Mail.Pulse(5));

  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
  private ActorSystem attacker;

  @BeforeEach
  void startAttacker() {
    attacker = ActorSystem.create("tcpbalance", ATTACKER);
  }

  @AfterEach
  void stopAttacker() {
    // It would wait for what it has planted, whose node is gone.
    attacker.terminate();
  }

  private Behavior<Object> guardian() {
    return Behaviors.receiveMessage(
        message -> {
          heard.add(message);
          return Behaviors.same();
        });
  }

  private static Address addressOf(org.apache.pekko.actor.typed.ActorSystem<?> system) {
    return Adapter.toClassic(system).provider().getDefaultAddress();
  }

  private void plant(Address node) {
    attacker.actorOf(Props.create(Planted.class).withDeploy(new Deploy(new RemoteScope(node))));
  }

  /** In one stream, so that what follows has not overtaken it. */
  private void attack(Address node) {
    ActorSelection selection = attacker.actorSelection(node + "/user");
    ActorRef user = attacker.provider().resolveActorRef(node + "/user");
    for (Object harm : harm()) {
      user.tell(harm, ActorRef.noSender());
      selection.tell(harm, ActorRef.noSender());
    }
    user.tell(LETTER, ActorRef.noSender());
  }

  private static List<Object> harm() {
    return List.of(
        "text",
        42L,
        new byte[] {1},
        new ArrayList<>(List.of("by Java's serialization")),
        new Identify(1),
        Kill.getInstance(),
        PoisonPill.getInstance());
  }

  /** What is to be started on the other node, which is in this JVM too. */
  public static final class Planted extends UntypedAbstractActor {
    static final BlockingQueue<Address> STARTED = new LinkedBlockingQueue<>();

    @Override
    public void preStart() {
      STARTED.add(getContext().provider().getDefaultAddress());
    }

    @Override
    public void onReceive(Object message) {
      unhandled(message);
    }
  }

  @Test
  void onlyLettersReachTheActorsOfANode() throws Exception {
    try (RunningNode node = new RunningNode("port = 0", guardian())) {
      plant(addressOf(node.system()));
      attack(addressOf(node.system()));

      assertEquals(LETTER, heard.take());
      assertEquals(List.of(), List.copyOf(heard));
      assertEquals(List.of(), List.copyOf(Planted.STARTED));
    }
  }

  @Test
  void theAttackWorksAgainstWhatPekkoShips() throws Exception {
    org.apache.pekko.actor.typed.ActorSystem<Object> victim =
        org.apache.pekko.actor.typed.ActorSystem.create(guardian(), "tcpbalance", ATTACKER);
    try {
      Address address = addressOf(victim);
      plant(address);
      assertEquals(address, Planted.STARTED.take());

      attack(address);

      assertEquals("text", heard.take());
      victim.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } finally {
      victim.terminate();
    }
  }
}
