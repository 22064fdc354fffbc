package io.tcpbalance;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.tcpbalance.cli.ExitCode;
import io.tcpbalance.cluster.SharedPools;
import io.tcpbalance.config.ClusterSettings;
import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.LoadedSettings;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.config.Settings;
import io.tcpbalance.state.State;
import io.tcpbalance.state.StateInUseException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
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

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ConfigurationOption configuration = new ConfigurationOption();

  @Override
  public Integer call() {
    try {
      LoadedSettings loaded = configuration.load();
      // Not in a static field: other commands, for which this class is loaded too, need no logger.
      Logger log = LoggerFactory.getLogger(RunCommand.class);
      loaded.warnings().forEach(warning -> log.warn("{}", warning));
      try (State state = open(ConfigurationOption.stateDir(loaded.settings()))) {
        return serve(loaded, configuration::load, state).number();
      }
    } catch (InvalidSettingsException | ConfigException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return ExitCode.USAGE.number();
    } catch (StateInUseException e) {
      spec.commandLine()
          .getErr()
          .println(
              "tcpbalance: "
                  + e.getMessage()
                  + "; stop it, or give each daemon a state-dir of its own");
      return ExitCode.UNAVAILABLE.number();
    }
  }

  private static State open(Optional<Path> stateDir) throws StateInUseException {
    return stateDir.isPresent() ? State.open(stateDir.get(), InstantSource.system()) : State.off();
  }

  private static ExitCode serve(LoadedSettings loaded, ConfigurationSource source, State state) {
    CompletableFuture<ExitCode> exit = new CompletableFuture<>();
    CompletableFuture<ActorSystem<Guardian.Command>> started = new CompletableFuture<>();
    // Before the first client can come, so that a stop never cuts one off.
    stopOnSignals(started);
    reloadOnSignal(started);
    ActorSystem<Guardian.Command> system;
    try {
      system =
          ActorSystem.create(
              Guardian.create(loaded, source, state, exit), "tcpbalance", actorSystem(loaded));
    } catch (RuntimeException e) {
      ClusterSettings cluster = loaded.settings().cluster();
      if (!cluster.enabled()) {
        throw e;
      }
      LoggerFactory.getLogger(RunCommand.class)
          .error("no cluster at {}:{}: {}", cluster.host(), cluster.port(), e.getMessage());
      return ExitCode.UNAVAILABLE;
    }
    started.complete(system);
    system.getWhenTerminated().toCompletableFuture().join();
    return exit.getNow(ExitCode.SOFTWARE);
  }

  private static Config actorSystem(LoadedSettings loaded) {
    Settings settings = loaded.settings();
    if (!settings.cluster().enabled()) {
      return loaded.pekko();
    }
    List<String> pools =
        settings.proxies().stream().filter(ProxySettings::shared).map(ProxySettings::name).toList();
    return SharedPools.configuration(loaded.pekko(), settings.cluster(), pools);
  }

  private static void reloadOnSignal(CompletableFuture<ActorSystem<Guardian.Command>> started) {
    Signals.on(
        "HUP",
        number -> {
          ActorSystem<Guardian.Command> system = started.join();
          system.tell(new Guardian.ReloadConfiguration("SIGHUP", system.ignoreRef()));
        });
  }

  private static void stopOnSignals(CompletableFuture<ActorSystem<Guardian.Command>> started) {
    AtomicBoolean stopping = new AtomicBoolean();
    Signals.Action stop =
        number -> {
          if (stopping.compareAndSet(false, true)) {
            started.join().tell(Guardian.Stop.INSTANCE);
          } else {
            Runtime.getRuntime().halt(128 + number);
          }
        };
    Signals.on("TERM", stop);
    Signals.on("INT", stop);
  }
}
