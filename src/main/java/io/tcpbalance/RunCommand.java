package io.tcpbalance;

import com.typesafe.config.ConfigException;
import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.LoadedSettings;
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
      "Serves until SIGTERM or SIGINT.",
      "Then it takes no new clients, lets sessions finish for shutdown.grace and closes the rest. "
          + "A second signal ends it at once."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
final class RunCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ConfigurationOption configuration = new ConfigurationOption();

  @Override
  public Integer call() {
    CompletableFuture<ExitCode> exit = new CompletableFuture<>();
    CompletableFuture<ActorSystem<Guardian.Command>> started = new CompletableFuture<>();
    ActorSystem<Guardian.Command> system;
    try {
      LoadedSettings loaded = configuration.load();
      loaded.warnings().forEach(warning -> LOG.warn("{}", warning));
      // Before the first client can come, so that a stop never cuts one off.
      stopOnSignals(started);
      system =
          ActorSystem.create(
              Guardian.create(loaded.settings(), exit), "tcpbalance", loaded.pekko());
    } catch (InvalidSettingsException | ConfigException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return ExitCode.USAGE.number();
    }
    started.complete(system);
    system.getWhenTerminated().toCompletableFuture().join();
    return exit.getNow(ExitCode.SOFTWARE).number();
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
