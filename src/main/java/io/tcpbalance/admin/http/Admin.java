package io.tcpbalance.admin.http;

import io.tcpbalance.admin.NodesReport;
import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.Reloading;
import io.tcpbalance.admin.Remote;
import io.tcpbalance.admin.SharedPort;
import io.tcpbalance.admin.Texts;
import io.tcpbalance.admin.Upgrading;
import io.tcpbalance.admin.access.Access;
import io.tcpbalance.admin.live.Live;
import io.tcpbalance.admin.live.LiveFeed;
import io.tcpbalance.admin.nodes.Nodes;
import io.tcpbalance.admin.nodes.RemoteAnswer;
import io.tcpbalance.admin.nodes.RemoteRequest;
import io.tcpbalance.config.AdminSettings;
import io.tcpbalance.metrics.Exposition;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.secrets.BadSecretException;
import io.tcpbalance.secrets.ServerTls;
import io.tcpbalance.state.OperatorRecords;
import io.tcpbalance.supervision.Supervision;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.ServerBuilder;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The HTTP server: owns its listening socket, is the parent of the {@link LiveFeed}, and sees to it
 * that the proxies are sampled. Requests do not pass through this actor.
 *
 * <p>With TLS it sees to it that new connections have the certificate that is in the files by then.
 *
 * <p>{@code waiting for the address → binding → serving}. A restart binds the same address anew,
 * after the earlier life's socket is closed; requests under way may finish within {@link
 * #LAST_REQUESTS}.
 */
public final class Admin extends AbstractBehavior<Admin.Command> {

  /** What the server is told. */
  public sealed interface Command {}

  /**
   * Another server listens at the address too: takes no more connections, serves those that it has
   * for a moment, and stops.
   */
  public enum Leave implements Command {
    INSTANCE
  }

  private enum LastServed implements Command {
    INSTANCE
  }

  /** Answers what another node asks for, which has checked who wants it. */
  public record Serve(RemoteRequest request, ActorRef<StatusReply<RemoteAnswer>> replyTo)
      implements Command {}

  private enum AddressFree implements Command {
    INSTANCE
  }

  private enum RenewCertificate implements Command {
    INSTANCE
  }

  private enum TakeSamples implements Command {
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

  /** Who has just connected has not asked yet. */
  private static final Duration LAST_CONNECTIONS = Duration.ofSeconds(1);

  /** How long requests under way have when the server stops. */
  private static final Duration LAST_REQUESTS = Duration.ofSeconds(3);

  /** Between two looks whether the files of the certificate have changed. */
  private static final Duration LOOK_AT_CERTIFICATE = Duration.ofSeconds(5);

  /** What outlives a life of this actor. */
  private static final class Estate {
    final Optional<ServerTls> tls;
    CompletionStage<?> addressFree = CompletableFuture.completedStage(null);
    final Exposition exposition = new Exposition();
    final SharedPort port;

    /** Later failures to bind are failures of a running server, and count as restarts. */
    boolean hasListened;

    Estate(AdminSettings settings, SharedPort port) {
      tls = settings.tls().map(ServerTls::new);
      this.port = port;
      hasListened = port.joins();
    }
  }

  private final AdminSettings settings;
  private final Proxies proxies;
  private final Routes routes;
  private final Serving serving;
  private final Estate estate;
  private final Memory memory;
  private final Birth birth;
  private @Nullable CompletionStage<ServerBinding> binding;

  private Admin(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      AdminSettings settings,
      Proxies proxies,
      Routes routes,
      Estate estate,
      Memory memory,
      Birth birth) {
    super(context);
    this.settings = settings;
    this.proxies = proxies;
    this.routes = routes;
    serving = new Serving(routes.ofThisNode(), context.getSystem());
    this.estate = estate;
    this.memory = memory;
    this.birth = birth;
    if (settings.enabled() && estate.tls.isPresent()) {
      timers.startTimerWithFixedDelay(RenewCertificate.INSTANCE, LOOK_AT_CERTIFICATE);
    }
    if (settings.enabled()) {
      context.pipeToSelf(estate.addressFree, (done, failure) -> AddressFree.INSTANCE);
    }
    timers.startTimerWithFixedDelay(TakeSamples.INSTANCE, Duration.ZERO, Histories.INTERVAL);
  }

  /**
   * A server, not yet supervised. One that is not enabled does not listen, and serves other nodes.
   *
   * @param port where it listens
   * @param proxies those there are at the moment, by name, in the order in which they are shown
   * @param memory of this one server
   * @param supervision whose tree is shown, and whether it allows drills
   * @param nodes those there are, this one among them
   */
  public static Behavior<Command> create(
      AdminSettings settings,
      SharedPort port,
      Memory memory,
      Supplier<Map<String, ActorRef<ProxySupervisor.Command>>> proxies,
      Reloading reloading,
      Upgrading upgrading,
      Supervision supervision,
      Nodes nodes,
      InstantSource wallClock,
      Birth birth) {
    Estate estate = new Estate(settings, port);
    Access access = memory.access;
    OperatorRecords records = memory.records;
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                context -> {
                  ActorSystem<Void> system = context.getSystem();
                  Guard guard = new Guard(settings, access);
                  RequestBody body = new RequestBody(system);
                  LoginCookie cookie = new LoginCookie(settings.tls().isPresent());
                  Proxies administered = new Proxies(proxies, system.scheduler());
                  ActorRef<LiveFeed.Command> feed =
                      context.spawn(
                          supervision.neverGivingUp(
                              LiveFeed.create(
                                  administered,
                                  upgrading,
                                  supervision.drills(),
                                  wallClock,
                                  memory.live)),
                          "live");
                  Metrics metrics =
                      new Metrics(
                          administered,
                          records,
                          supervision.tree(),
                          estate.exposition,
                          system.executionContext());
                  Routes routes =
                      new Routes(
                          administered,
                          guard,
                          new LoginRoute(guard, access, body, records, cookie),
                          body,
                          reloading,
                          upgrading,
                          records,
                          supervision,
                          new Live(feed, memory.live, system.scheduler()),
                          metrics,
                          memory.histories,
                          new NodesReport(nodes, administered, upgrading, wallClock),
                          new Remote(nodes),
                          wallClock);
                  return new Admin(
                      context, timers, settings, administered, routes, estate, memory, birth);
                }));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Leave.class, m -> onLeave())
        .onMessage(LastServed.class, m -> Behaviors.stopped())
        .onMessage(Serve.class, this::onServe)
        .onMessage(AddressFree.class, m -> onAddressFree())
        .onMessage(RenewCertificate.class, m -> onRenewCertificate())
        .onMessage(TakeSamples.class, m -> onTakeSamples())
        .onMessage(Bound.class, this::onBound)
        .onMessage(BindFailed.class, this::onBindFailed)
        .onSignal(PreRestart.class, signal -> onEnd())
        .onSignal(PostStop.class, signal -> onEnd())
        .build();
  }

  private Behavior<Command> onServe(Serve m) {
    CompletionStage<?> unused =
        serving
            .serve(m.request())
            .handle(
                (answer, failure) ->
                    answer != null
                        ? StatusReply.success(answer)
                        : StatusReply.<RemoteAnswer>error(failure))
            .thenAccept(m.replyTo()::tell);
    return this;
  }

  private Behavior<Command> onAddressFree() {
    ActorSystem<Void> system = getContext().getSystem();
    ServerBuilder server = Http.get(system).newServerAt(settings.host(), estate.port.port());
    if (estate.tls.isPresent()) {
      ServerTls tls = estate.tls.get();
      onRenewCertificate();
      if (!tls.isReady()) {
        return onBindFailed(
            new BindFailed(new IllegalStateException("there is no certificate that can be used")));
      }
      server = server.enableHttps(ConnectionContext.httpsServer(tls::engine));
    }
    binding =
        server
            .adaptSettings(
                limits ->
                    ServerLimits.applyTo(limits).withSocketOptions(List.of(estate.port.option())))
            .bindFlow(
                CrowdControl.around(routes.all().flow(system), new Crowd<>(ServerLimits.CROWD)));
    getContext().pipeToSelf(binding, Admin::bound);
    return this;
  }

  /** The reason is told once; connections have what they had until the files are fit. */
  private Behavior<Command> onRenewCertificate() {
    estate.tls.ifPresent(this::renew);
    return this;
  }

  private void renew(ServerTls tls) {
    Logger log = getContext().getLog();
    try {
      tls.renew()
          .ifPresent(
              certificate ->
                  log.info(
                      "certificate of {}, which ends at {}, is for new connections to the HTTP"
                          + " interface",
                      certificate.getSubjectX500Principal().getName(),
                      certificate.getNotAfter().toInstant()));
    } catch (BadSecretException e) {
      log.error("the HTTP interface gets no other certificate: {}", e.getMessage());
    }
  }

  private Behavior<Command> onTakeSamples() {
    CompletionStage<?> unused = memory.histories.look(proxies);
    return this;
  }

  private static Command bound(@Nullable ServerBinding bound, @Nullable Throwable failure) {
    if (bound != null) {
      return new Bound(bound.localAddress());
    }
    return new BindFailed(failure == null ? new IllegalStateException("no binding") : failure);
  }

  /** A port that the system chose is kept for the lives to come. */
  private Behavior<Command> onBound(Bound m) throws IOException {
    estate.port.bound(m.address().getPort());
    estate.hasListened = true;
    birth.listening(m.address());
    return this;
  }

  private Behavior<Command> onBindFailed(BindFailed m) {
    String reason = Texts.rootOf(m.cause());
    birth.notListening(settings, reason);
    if (!estate.hasListened) {
      return Behaviors.stopped();
    }
    throw new IllegalStateException("admin cannot listen: " + reason, m.cause());
  }

  private Behavior<Command> onLeave() {
    if (binding != null) {
      binding = binding.thenCompose(bound -> bound.unbind().thenApply(done -> bound));
    }
    getContext().scheduleOnce(LAST_CONNECTIONS, getContext().getSelf(), LastServed.INSTANCE);
    return this;
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
