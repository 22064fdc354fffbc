package io.tcpbalance.console;

import io.tcpbalance.admin.Changes;
import io.tcpbalance.admin.NodesReport;
import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.Remote;
import io.tcpbalance.admin.SharedPort;
import io.tcpbalance.admin.Texts;
import io.tcpbalance.admin.access.Access;
import io.tcpbalance.admin.nodes.Servant;
import io.tcpbalance.config.ConsoleSettings;
import io.tcpbalance.state.OperatorRecords;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The telnet server: owns its listening socket. Lines do not pass through this actor.
 *
 * <p>{@code waiting for the address → binding → serving}. A restart closes the connections and
 * binds the same address anew, after the earlier life's socket is closed.
 */
public final class Console extends AbstractBehavior<Console.Command> {

  /** What the server is told. */
  public sealed interface Command {}

  private enum AddressFree implements Command {
    INSTANCE
  }

  private record Bound(Tcp.ServerBinding binding) implements Command {}

  private record BindFailed(Throwable cause) implements Command {}

  private record Unbound(Tcp.ServerBinding binding) implements Command {}

  /** Told once in each life, when the server listens or cannot. Called by the actor's thread. */
  public interface Birth {

    /** It listens. */
    void listening(InetSocketAddress address);

    /** The address cannot be bound. The actor stops then, or fails if it has listened before. */
    void notListening(ConsoleSettings settings, String reason);
  }

  /** How many connections the kernel queues before they are accepted. */
  private static final int BACKLOG = 1024;

  /** What outlives a life of this actor. */
  private static final class Estate {
    CompletionStage<?> addressFree = CompletableFuture.completedStage(null);
    final SharedPort port;

    /** Later failures to bind are failures of a running server, and count as restarts. */
    boolean hasListened;

    Estate(SharedPort port) {
      this.port = port;
      hasListened = port.joins();
    }
  }

  private final ConsoleSettings settings;
  private final Access access;
  private final Proxies proxies;
  private final Verbs verbs;
  private final Estate estate;
  private final Birth birth;
  private final Visitors<Dialogue.Connection> visitors;
  private @Nullable CompletionStage<Tcp.ServerBinding> binding;
  private Tcp.@Nullable ServerBinding served;

  private Console(
      ActorContext<Command> context,
      ConsoleSettings settings,
      Access access,
      Proxies proxies,
      Verbs verbs,
      Estate estate,
      Birth birth) {
    super(context);
    this.settings = settings;
    this.access = access;
    this.proxies = proxies;
    this.verbs = verbs;
    this.estate = estate;
    this.birth = birth;
    visitors = new Visitors<>(settings.maxConnections());
    context.pipeToSelf(estate.addressFree, (done, failure) -> AddressFree.INSTANCE);
  }

  /**
   * A server, not yet supervised.
   *
   * @param port where it listens
   * @param access who is let in; the same for all interfaces
   * @param records where changes are reported before they are answered
   * @param nodes tells of the other nodes
   * @param remote has them do what is typed here
   */
  public static Behavior<Command> create(
      ConsoleSettings settings,
      SharedPort port,
      Access access,
      Proxies proxies,
      OperatorRecords records,
      NodesReport nodes,
      Remote remote,
      InstantSource wallClock,
      Birth birth) {
    Estate estate = new Estate(port);
    Verbs verbs =
        Verbs.ofConsole(
            new Views(proxies, wallClock),
            new Orders(new Changes(records)),
            new OtherNodes(nodes, remote));
    return Behaviors.setup(
        context -> new Console(context, settings, access, proxies, verbs, estate, birth));
  }

  /** Answers lines that are typed at other nodes, whether there is a console here or not. */
  public static Servant servant(Proxies proxies, OperatorRecords records, InstantSource wallClock) {
    return new LineServant(proxies, records, wallClock);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(AddressFree.class, m -> onAddressFree())
        .onMessage(Bound.class, this::onBound)
        .onMessage(BindFailed.class, this::onBindFailed)
        .onMessage(Unbound.class, this::onUnbound)
        .onSignal(PreRestart.class, signal -> onEnd())
        .onSignal(PostStop.class, signal -> onEnd())
        .build();
  }

  private Behavior<Command> onAddressFree() {
    Materializer materializer = SystemMaterializer.get(getContext().getSystem()).materializer();
    // With half-closes: who pipes his commands in has an answer to the last one too.
    Pair<CompletionStage<Tcp.ServerBinding>, CompletionStage<Done>> running =
        Tcp.get(Adapter.toClassic(getContext().getSystem()))
            .bind(
                settings.host(),
                estate.port.port(),
                BACKLOG,
                List.of(estate.port.option()),
                true,
                Optional.empty())
            .toMat(Sink.foreach(c -> c.handleWith(dialogue(c), materializer)), Keep.both())
            .run(materializer);
    binding = running.first();
    getContext().pipeToSelf(binding, Console::bound);
    return this;
  }

  private Flow<ByteString, ByteString, ?> dialogue(Tcp.IncomingConnection connection) {
    Operator operator = Operator.at(connection.remoteAddress(), proxies, access);
    Interpreter interpreter = new Interpreter(verbs, operator);
    return Flow.fromGraph(new Dialogue(interpreter, visitors, settings.idleTimeout()));
  }

  private static Command bound(Tcp.@Nullable ServerBinding bound, @Nullable Throwable failure) {
    if (bound != null) {
      return new Bound(bound);
    }
    return new BindFailed(failure == null ? new IllegalStateException("no binding") : failure);
  }

  /** A port that the system chose is kept for the lives to come. */
  private Behavior<Command> onBound(Bound m) throws IOException {
    InetSocketAddress address = m.binding().localAddress();
    estate.port.bound(address.getPort());
    estate.hasListened = true;
    served = m.binding();
    getContext().pipeToSelf(m.binding().whenUnbound(), (done, failure) -> new Unbound(m.binding()));
    birth.listening(address);
    return this;
  }

  private Behavior<Command> onBindFailed(BindFailed m) {
    String reason = Texts.rootOf(m.cause());
    birth.notListening(settings, reason);
    if (!estate.hasListened) {
      return Behaviors.stopped();
    }
    throw new IllegalStateException("the console cannot listen: " + reason, m.cause());
  }

  /** That of an earlier life is expected. */
  private Behavior<Command> onUnbound(Unbound m) {
    if (m.binding() == served) {
      throw new IllegalStateException("the console's socket was closed");
    }
    return this;
  }

  /** Also for a binding that is still under way: nobody else would close it. */
  private Behavior<Command> onEnd() {
    if (binding != null) {
      estate.addressFree =
          binding.thenCompose(Tcp.ServerBinding::unbind).handle((unbound, failure) -> null);
    }
    visitors.all().forEach(visitor -> visitor.close("\nThe console ends: bye\n"));
    return this;
  }
}
