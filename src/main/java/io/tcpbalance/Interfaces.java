package io.tcpbalance;

import io.tcpbalance.admin.NodesReport;
import io.tcpbalance.admin.Origin;
import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.Remote;
import io.tcpbalance.admin.SharedPort;
import io.tcpbalance.admin.Texts;
import io.tcpbalance.admin.access.Access;
import io.tcpbalance.admin.http.Admin;
import io.tcpbalance.admin.http.Memory;
import io.tcpbalance.admin.http.Remembered;
import io.tcpbalance.admin.nodes.Nodes;
import io.tcpbalance.admin.nodes.Servant;
import io.tcpbalance.cluster.remote.RemoteControl;
import io.tcpbalance.config.AdminSettings;
import io.tcpbalance.config.ConsoleSettings;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.config.Settings;
import io.tcpbalance.console.Console;
import io.tcpbalance.supervision.Supervision;
import io.tcpbalance.upgrade.Handover;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.jspecify.annotations.Nullable;

/** The HTTP interface and the telnet console. Belongs to the Guardian's thread. */
final class Interfaces {

  /** Beyond the time-outs of whoever asks for it at another node. */
  private static final Duration SERVE_TIMEOUT = Duration.ofMinutes(4);

  /** What the Guardian hands back to it. */
  sealed interface News extends Guardian.Command {}

  private record Listening(Kind kind, InetSocketAddress address) implements News {}

  private record NotListening(Kind kind, String address, String reason) implements News {}

  /** What the generation before remembers; comes before they are started. */
  record Inherited(Remembered before) implements News {}

  /** What has happened at the interfaces of the generation before, since it told that. */
  record Told(Remembered.News news) implements News {}

  private enum Kind {
    HTTP("HTTP interface"),
    CONSOLE("telnet console");

    final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private final ActorContext<Guardian.Command> context;
  private final Settings settings;
  private final Supervision supervision;
  private final ProxyChildren proxies;
  private final Operators operators;
  private final Optional<RemoteControl> remote;
  private final Access access;
  private final Memory memory;
  private final SharedPort adminPort;
  private final SharedPort consolePort;
  private final Set<Kind> listening = EnumSet.noneOf(Kind.class);

  /** Those that have listened, here or in the generation before. */
  private final Set<Kind> haveListened = EnumSet.noneOf(Kind.class);

  private @Nullable ActorRef<Done> toldWhenOpen;

  /**
   * @param settings their addresses hold as long as the daemon runs
   * @param follows whose addresses they take over, if there was a generation before
   */
  Interfaces(
      ActorContext<Guardian.Command> context,
      Settings settings,
      Supervision supervision,
      ProxyChildren proxies,
      Operators operators,
      Optional<RemoteControl> remote,
      Optional<Handover> follows) {
    this.context = context;
    this.settings = settings;
    this.supervision = supervision;
    this.proxies = proxies;
    this.operators = operators;
    this.remote = remote;
    access = new Access(settings.admin().tokens(), System::nanoTime);
    memory = new Memory(access, operators.records(), InstantSource.system());
    adminPort =
        follows
            .map(before -> SharedPort.joining(before.adminPort()))
            .orElseGet(() -> SharedPort.own(settings.admin().port()));
    consolePort =
        follows
            .map(before -> SharedPort.joining(before.consolePort()))
            .orElseGet(() -> SharedPort.own(settings.console().port()));
    if (follows.isPresent()) {
      haveListened.addAll(EnumSet.allOf(Kind.class));
    }
  }

  Memory memory() {
    return memory;
  }

  SharedPort adminPort() {
    return adminPort;
  }

  SharedPort consolePort() {
    return consolePort;
  }

  /** Starts those that are wanted. */
  void start() {
    if (settings.admin().enabled() || remote.isPresent()) {
      startAdmin();
    }
    if (settings.console().enabled()) {
      startConsole();
    }
    remote.ifPresent(
        nodes ->
            nodes.serve(
                Origin.TELNET,
                Console.servant(administered(), operators.records(), InstantSource.system())));
  }

  /** Starts those that are wanted, and answers when they listen. */
  void start(ActorRef<Done> replyTo) {
    toldWhenOpen = replyTo;
    start();
    answerIfOpen();
  }

  private void startAdmin() {
    ActorRef<Guardian.Command> self = context.getSelf();
    Admin.Birth birth =
        new Admin.Birth() {
          @Override
          public void listening(InetSocketAddress address) {
            self.tell(new Listening(Kind.HTTP, address));
          }

          @Override
          public void notListening(AdminSettings admin, String reason) {
            self.tell(new NotListening(Kind.HTTP, admin.host() + ":" + admin.port(), reason));
          }
        };
    ActorRef<Admin.Command> admin =
        context.spawn(
            supervision.neverGivingUp(
                Admin.create(
                    settings.admin(),
                    adminPort,
                    memory,
                    proxies::serving,
                    operators.reloading(),
                    operators.upgrading(),
                    supervision,
                    nodes(),
                    InstantSource.system(),
                    birth)),
            "admin");
    remote.ifPresent(nodes -> nodes.serve(Origin.HTTP, servant(admin)));
  }

  /** A daemon that is no node of a cluster knows itself. */
  private Nodes nodes() {
    return remote
        .<Nodes>map(all -> all)
        .orElseGet(() -> Nodes.alone(Texts.hostName().orElse("localhost")));
  }

  private Servant servant(ActorRef<Admin.Command> admin) {
    Scheduler scheduler = context.getSystem().scheduler();
    return request ->
        AskPattern.askWithStatus(
            admin, replyTo -> new Admin.Serve(request, replyTo), SERVE_TIMEOUT, scheduler);
  }

  private Proxies administered() {
    return new Proxies(proxies::serving, context.getSystem().scheduler());
  }

  private void startConsole() {
    ActorRef<Guardian.Command> self = context.getSelf();
    Console.Birth birth =
        new Console.Birth() {
          @Override
          public void listening(InetSocketAddress address) {
            self.tell(new Listening(Kind.CONSOLE, address));
          }

          @Override
          public void notListening(ConsoleSettings console, String reason) {
            self.tell(
                new NotListening(Kind.CONSOLE, console.host() + ":" + console.port(), reason));
          }
        };
    context.spawn(
        supervision.neverGivingUp(
            Console.create(
                settings.console(),
                consolePort,
                access,
                administered(),
                operators.records(),
                new NodesReport(
                    nodes(), administered(), operators.upgrading(), InstantSource.system()),
                new Remote(nodes()),
                InstantSource.system(),
                birth)),
        "console");
  }

  /**
   * Takes the news.
   *
   * @return why the daemon must end, if it must
   */
  Optional<String> hear(News news) {
    if (news instanceof Listening m) {
      listens(m);
      return Optional.empty();
    }
    if (news instanceof NotListening m) {
      return listensNot(m);
    }
    if (news instanceof Inherited m) {
      memory.inherit(m.before());
      return Optional.empty();
    }
    if (news instanceof Told m) {
      memory.hear(m.news());
      return Optional.empty();
    }
    throw new IllegalArgumentException(news.toString());
  }

  private void listens(Listening m) {
    listening.add(m.kind());
    haveListened.add(m.kind());
    context.getLog().info("{} listens on {}", m.kind().words, m.address());
    if (m.kind() == Kind.HTTP) {
      settings.proxies().stream()
          .filter(proxy -> proxies.backendCount(proxy.name()) == 0)
          .forEach(proxy -> tellHowToAddBackends(proxy, m.address()));
    }
    answerIfOpen();
  }

  private void tellHowToAddBackends(ProxySettings proxy, InetSocketAddress admin) {
    context
        .getLog()
        .info(
            "proxy {} has no back-end, its clients wait; add one: curl -H 'Content-Type:"
                + " application/json' -d '{\"name\": \"HOST\", \"maxConnections\": 4}'"
                + " {}://{}:{}/api/v1/proxies/{}/backends",
            proxy.name(),
            settings.admin().scheme(),
            admin.getHostString(),
            admin.getPort(),
            proxy.name());
  }

  /** At start a wrong address is a mistake to tell; later it must not take the proxies down. */
  private Optional<String> listensNot(NotListening m) {
    String what = "the " + m.kind().words + " cannot listen on " + m.address() + ": " + m.reason();
    if (!haveListened.contains(m.kind())) {
      return Optional.of(what);
    }
    context.getLog().error("{}", what);
    return Optional.empty();
  }

  private void answerIfOpen() {
    boolean open =
        isOpen(Kind.HTTP, settings.admin().enabled())
            && isOpen(Kind.CONSOLE, settings.console().enabled());
    if (toldWhenOpen != null && open) {
      toldWhenOpen.tell(Done.getInstance());
      toldWhenOpen = null;
    }
  }

  private boolean isOpen(Kind kind, boolean enabled) {
    return !enabled || listening.contains(kind);
  }

  /** Others listen at their addresses: they serve who is there, and end. */
  void leave() {
    context
        .getChild("admin")
        .ifPresent(admin -> admin.<Admin.Command>unsafeUpcast().tell(Admin.Leave.INSTANCE));
    context.getChild("console").ifPresent(context::stop);
  }

  /** Where they may be found by others. */
  List<SharedPort> ports() {
    return List.of(adminPort, consolePort);
  }
}
