package io.tcpbalance.admin;

import io.tcpbalance.admin.access.Access;
import io.tcpbalance.admin.live.Live;
import io.tcpbalance.admin.live.LiveFeed;
import io.tcpbalance.config.AdminSettings;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.state.OperatorRecords;
import io.tcpbalance.supervision.Supervision;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server: owns its listening socket, and is the parent of the {@link LiveFeed}. Requests
 * do not pass through this actor.
 *
 * <p>{@code waiting for the address → binding → serving}. A restart binds the same address anew,
 * after the earlier life's socket is closed; requests under way may finish within {@link
 * #LAST_REQUESTS}.
 */
public final class Admin extends AbstractBehavior<Admin.Command> {

  /** What the server is told. */
  public sealed interface Command {}

  private enum AddressFree implements Command {
    INSTANCE
  }

  private record Bound(InetSocketAddress address) implements Command {}

  private record BindFailed(Throwable cause) implements Command {}

  /** Told once in each life, when the server listens or cannot. Called by the actor's thread. */
  public interface Birth {

    /** It listens. */
    void listening(InetSocketAddress address);

    /** The address cannot be bound. The actor stops then, or fails if it has listened before. */
    void notListening(AdminSettings settings, String reason);
  }

  /** How long requests under way have when the server stops. */
  private static final Duration LAST_REQUESTS = Duration.ofSeconds(3);

  /** What outlives a life of this actor. */
  private static final class Estate {
    CompletionStage<?> addressFree = CompletableFuture.completedStage(null);
    int port;

    /** Later failures to bind are failures of a running server, and count as restarts. */
    boolean hasListened;

    Estate(int port) {
      this.port = port;
    }
  }

  private final AdminSettings settings;
  private final Routes routes;
  private final Estate estate;
  private final Birth birth;
  private @Nullable CompletionStage<ServerBinding> binding;

  private Admin(
      ActorContext<Command> context,
      AdminSettings settings,
      Routes routes,
      Estate estate,
      Birth birth) {
    super(context);
    this.settings = settings;
    this.routes = routes;
    this.estate = estate;
    this.birth = birth;
    context.pipeToSelf(estate.addressFree, (done, failure) -> AddressFree.INSTANCE);
  }

  /**
   * A server, not yet supervised.
   *
   * @param proxies those there are at the moment, by name, in the order in which they are shown
   * @param access who is let in; the same for all interfaces
   * @param records where changes are reported before they are answered
   * @param supervision whose tree is shown, and whether it allows drills
   */
  public static Behavior<Command> create(
      AdminSettings settings,
      Access access,
      Supplier<Map<String, ActorRef<ProxySupervisor.Command>>> proxies,
      Reloading reloading,
      OperatorRecords records,
      Supervision supervision,
      InstantSource wallClock,
      Birth birth) {
    Estate estate = new Estate(settings.port());
    LiveFeed.Estate forFeed = new LiveFeed.Estate();
    return Behaviors.setup(
        context -> {
          ActorSystem<Void> system = context.getSystem();
          Guard guard = new Guard(settings, access);
          RequestBody body = new RequestBody(system);
          LoginCookie cookie = new LoginCookie(false);
          Proxies administered = new Proxies(proxies, system.scheduler());
          ActorRef<LiveFeed.Command> feed =
              context.spawn(
                  supervision.neverGivingUp(
                      LiveFeed.create(administered, supervision.drills(), wallClock, forFeed)),
                  "live");
          Routes routes =
              new Routes(
                  administered,
                  guard,
                  new LoginRoute(guard, access, body, records, cookie),
                  body,
                  reloading,
                  records,
                  supervision,
                  new Live(feed, forFeed, system.scheduler()),
                  wallClock);
          return new Admin(context, settings, routes, estate, birth);
        });
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(AddressFree.class, m -> onAddressFree())
        .onMessage(Bound.class, this::onBound)
        .onMessage(BindFailed.class, this::onBindFailed)
        .onSignal(PreRestart.class, signal -> onEnd())
        .onSignal(PostStop.class, signal -> onEnd())
        .build();
  }

  private Behavior<Command> onAddressFree() {
    ActorSystem<Void> system = getContext().getSystem();
    binding =
        Http.get(system)
            .newServerAt(settings.host(), estate.port)
            .adaptSettings(ServerLimits::applyTo)
            .bindFlow(
                CrowdControl.around(routes.all().flow(system), new Crowd<>(ServerLimits.CROWD)));
    getContext().pipeToSelf(binding, Admin::bound);
    return this;
  }

  private static Command bound(@Nullable ServerBinding bound, @Nullable Throwable failure) {
    if (bound != null) {
      return new Bound(bound.localAddress());
    }
    return new BindFailed(failure == null ? new IllegalStateException("no binding") : failure);
  }

  /** A port that the system chose is kept for the lives to come. */
  private Behavior<Command> onBound(Bound m) {
    estate.port = m.address().getPort();
    estate.hasListened = true;
    birth.listening(m.address());
    return this;
  }

  private Behavior<Command> onBindFailed(BindFailed m) {
    Throwable root = m.cause();
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason = root.getMessage() == null ? root.toString() : root.getMessage();
    birth.notListening(settings, reason);
    if (!estate.hasListened) {
      return Behaviors.stopped();
    }
    throw new IllegalStateException("admin cannot listen: " + reason, m.cause());
  }

  /** Also for a binding that is still under way: nobody else would close it. */
  private Behavior<Command> onEnd() {
    if (binding != null) {
      estate.addressFree =
          binding
              .thenCompose(bound -> bound.terminate(LAST_REQUESTS))
              .handle((terminated, failure) -> null);
    }
    return this;
  }
}
