package io.tcpbalance;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.tcpbalance.bootstrap.CodeCopy;
import io.tcpbalance.bootstrap.Ground;
import io.tcpbalance.bootstrap.Predecessor;
import io.tcpbalance.cli.ExitCode;
import io.tcpbalance.cluster.SharedPools;
import io.tcpbalance.cluster.remote.RemoteControl;
import io.tcpbalance.config.ClusterSettings;
import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.LoadedSettings;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.config.Settings;
import io.tcpbalance.state.State;
import io.tcpbalance.state.StateInUseException;
import io.tcpbalance.upgrade.Arrival;
import io.tcpbalance.upgrade.Handover;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Serves until it is told to stop. */
@Command(
    name = "run",
    description = {
      "Serves until SIGTERM or SIGINT. SIGHUP has the configuration read again.",
      "Then it takes no new clients, lets sessions finish for shutdown.grace and closes the rest. "
          + "A second signal ends it at once."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
final class RunCommand implements Callable<Integer> {

  private static final String PORT_HINT =
      "; code that was given up before may still have the port: try again in a minute, and if that"
          + " does not help restart the daemon";

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ConfigurationOption configuration = new ConfigurationOption();

  @Override
  public Integer call() {
    try {
      return run(ground().predecessor()).number();
    } catch (InvalidSettingsException | ConfigException e) {
      return fails(ExitCode.USAGE, String.valueOf(e.getMessage()));
    } catch (StateInUseException e) {
      return fails(
          ExitCode.UNAVAILABLE,
          "tcpbalance: "
              + e.getMessage()
              + "; stop it, or give each daemon a state-dir of its own");
    } catch (IOException e) {
      return fails(ExitCode.SOFTWARE, "tcpbalance: " + e.getMessage());
    }
  }

  private Integer fails(ExitCode code, String reason) {
    ground()
        .predecessor()
        .ifPresentOrElse(
            before -> before.refuse(reason), () -> spec.commandLine().getErr().println(reason));
    return code.number();
  }

  private ExitCode run(Optional<Predecessor> predecessor)
      throws InvalidSettingsException, StateInUseException, IOException {
    LoadedSettings loaded = configuration.load();
    loaded.warnings().forEach(warning -> log().warn("{}", warning));
    Optional<Path> stateDir = ConfigurationOption.stateDir(loaded.settings());
    if (predecessor.isEmpty()) {
      try (State state = open(stateDir)) {
        CodeCopy.removeLeftBehind(ConfigurationOption.codeDir(loaded.settings()));
        return serve(loaded, state, Optional.empty(), system -> {});
      }
    }
    Handover served = Arrival.served(predecessor.get());
    Optional<String> obstacle = served.obstacleTo(loaded.settings());
    if (obstacle.isPresent()) {
      throw new IOException(obstacle.get());
    }
    try (State state =
        stateDir.map(dir -> State.following(dir, InstantSource.system())).orElseGet(State::off)) {
      return serve(
          loaded, state, Optional.of(served), system -> takeOver(predecessor.get(), system, state));
    }
  }

  /** Not in a static field: other commands, for which this class is loaded too, need no logger. */
  private static Logger log() {
    return LoggerFactory.getLogger(RunCommand.class);
  }

  private static State open(Optional<Path> stateDir) throws StateInUseException {
    return stateDir.isPresent() ? State.open(stateDir.get(), InstantSource.system()) : State.off();
  }

  private ExitCode serve(
      LoadedSettings loaded,
      State state,
      Optional<Handover> follows,
      Consumer<ActorSystem<Guardian.Command>> first) {
    Ending ending = new Ending();
    ClusterSettings configured = loaded.settings().cluster();
    ClusterSettings here = follows.map(before -> before.beside(configured)).orElse(configured);
    CompletableFuture<ActorSystem<Guardian.Command>> started = new CompletableFuture<>();
    // Before the first client can come, so that a stop never cuts one off.
    stopOnSignals(started);
    reloadOnSignal(started);
    ActorSystem<Guardian.Command> system;
    try {
      system =
          ActorSystem.create(
              Guardian.create(loaded, configuration::load, state, ground(), follows, ending),
              "tcpbalance",
              actorSystem(loaded.pekko(), loaded.settings(), here, follows));
    } catch (RuntimeException e) {
      if (!here.enabled()) {
        throw e;
      }
      String hint = follows.isPresent() ? PORT_HINT : "";
      String reason =
          "no cluster at " + here.host() + ":" + here.port() + ": " + e.getMessage() + hint;
      log().error("{}", reason);
      ground().predecessor().ifPresent(before -> before.refuse(reason));
      return ExitCode.UNAVAILABLE;
    }
    started.complete(system);
    first.accept(system);
    return ending.await(system);
  }

  private static ActorSystemSetup actorSystem(
      Config pekko, Settings settings, ClusterSettings here, Optional<Handover> follows) {
    if (!here.enabled()) {
      return ActorSystemSetup.create(BootstrapSetup.create(pekko));
    }
    List<String> pools =
        settings.proxies().stream().filter(ProxySettings::shared).map(ProxySettings::name).toList();
    OptionalInt beside =
        follows.map(before -> OptionalInt.of(before.clusterPort())).orElseGet(OptionalInt::empty);
    return SharedPools.setup(pekko, here, pools, beside, RemoteControl::configuration);
  }

  /** If that fails all is the predecessor's as before, and this generation ends. */
  @SuppressWarnings("CatchingUnchecked") // Whatever it is, nothing of this generation may stay.
  private static void takeOver(
      Predecessor predecessor, ActorSystem<Guardian.Command> system, State state) {
    try {
      ComingHouse house = new ComingHouse(system);
      house.prepare();
      predecessor.handOver(new Arrival(predecessor, house));
    } catch (Throwable e) {
      log().error("nothing is taken over", e);
      predecessor.refuse(UpgradeRequests.reason(e));
      state.disown();
      system.tell(Guardian.GiveUp.INSTANCE);
    }
  }

  private void reloadOnSignal(CompletableFuture<ActorSystem<Guardian.Command>> started) {
    ground()
        .onSignal(
            "HUP",
            number ->
                whenStarted(
                    started,
                    system ->
                        system.tell(
                            new Guardian.ReloadConfiguration("SIGHUP", system.ignoreRef()))));
  }

  private void stopOnSignals(CompletableFuture<ActorSystem<Guardian.Command>> started) {
    AtomicBoolean stopping = new AtomicBoolean();
    IntConsumer stop =
        number -> {
          if (stopping.compareAndSet(false, true)) {
            whenStarted(started, system -> system.tell(Guardian.Stop.INSTANCE));
          } else {
            Runtime.getRuntime().halt(128 + number);
          }
        };
    ground().onSignal("TERM", stop);
    ground().onSignal("INT", stop);
  }

  /** Does not wait: it may never start, and a thread of the JVM's would keep its classes. */
  private static void whenStarted(
      CompletableFuture<ActorSystem<Guardian.Command>> started,
      Consumer<ActorSystem<Guardian.Command>> action) {
    CompletableFuture<?> unused = started.thenAccept(action);
  }

  private Ground ground() {
    return ((Main) spec.parent().userObject()).ground();
  }
}
