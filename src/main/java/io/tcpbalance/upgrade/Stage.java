package io.tcpbalance.upgrade;

import io.tcpbalance.balancer.Roster;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.proxy.ProxySurroundings;
import io.tcpbalance.proxy.Succession;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.pattern.StatusReply;

/** The parent of the proxies of a {@link Rehearsal}. Its end is theirs. */
final class Stage extends AbstractBehavior<Stage.Command> {

  /** What it is told. */
  sealed interface Command {}

  /** Starts a proxy. Answered when it listens, or cannot. */
  record Enter(
      Roster roster,
      Optional<Succession.Inheritance> inheritance,
      ActorRef<StatusReply<Entered>> replyTo)
      implements Command {}

  /** A proxy that listens. */
  record Entered(ActorRef<ProxySupervisor.Command> proxy, InetSocketAddress address) {}

  /** Stops a proxy. */
  record Leave(ActorRef<ProxySupervisor.Command> proxy) implements Command {}

  /** Ends it. */
  enum Curtain implements Command {
    INSTANCE
  }

  private record Listening(
      int number, InetSocketAddress address, ActorRef<StatusReply<Entered>> replyTo)
      implements Command {}

  private final ProxySettings settings;
  private final ProxySurroundings around;
  private final DispatcherSelector dispatcher;
  private int entered;

  private Stage(
      ActorContext<Command> context,
      ProxySettings settings,
      ProxySurroundings around,
      DispatcherSelector dispatcher) {
    super(context);
    this.settings = settings;
    this.around = around;
    this.dispatcher = dispatcher;
  }

  static Behavior<Command> create(
      ProxySettings settings, ProxySurroundings around, DispatcherSelector dispatcher) {
    return Behaviors.setup(context -> new Stage(context, settings, around, dispatcher));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Enter.class, this::onEnter)
        .onMessage(Listening.class, this::onListening)
        .onMessage(Leave.class, this::onLeave)
        .onMessage(Curtain.class, m -> Behaviors.stopped())
        .build();
  }

  private Behavior<Command> onEnter(Enter m) {
    int number = ++entered;
    ActorRef<Command> self = getContext().getSelf();
    ProxySupervisor.Birth birth =
        new ProxySupervisor.Birth() {
          @Override
          public void listening(ProxySettings proxy, InetSocketAddress address) {
            self.tell(new Listening(number, address, m.replyTo()));
          }

          @Override
          public void notListening(ProxySettings proxy, String reason) {
            m.replyTo().tell(StatusReply.error(reason));
          }
        };
    getContext()
        .spawn(
            ProxySupervisor.create(
                settings, new Roster.Holder(m.roster()), around, birth, m.inheritance()),
            name(number),
            dispatcher);
    return this;
  }

  private static String name(int number) {
    return "proxy-" + number;
  }

  private Behavior<Command> onListening(Listening m) {
    getContext()
        .getChild(name(m.number()))
        .map(child -> child.<ProxySupervisor.Command>unsafeUpcast())
        .ifPresent(proxy -> m.replyTo().tell(StatusReply.success(new Entered(proxy, m.address()))));
    return this;
  }

  private Behavior<Command> onLeave(Leave m) {
    getContext().stop(m.proxy());
    return this;
  }
}
