package io.tcpbalance;

import io.tcpbalance.admin.Reloading;
import io.tcpbalance.admin.Upgrading;
import io.tcpbalance.bootstrap.Ground;
import io.tcpbalance.config.Settings;
import io.tcpbalance.state.OperatorRecords;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** What operators may have the Guardian do by its interfaces, and where that is recorded. */
record Operators(Reloading reloading, Upgrading upgrading, OperatorRecords records) {

  /** Beyond all time-outs of what it consists of. */
  private static final Duration RELOAD_TIMEOUT = Duration.ofSeconds(15);

  private static final Duration UPGRADE_TIMEOUT = Duration.ofMinutes(2);

  static Operators of(
      ActorRef<Guardian.Command> guardian,
      Scheduler scheduler,
      Ground ground,
      Settings settings,
      OperatorRecords records) {
    return new Operators(
        () ->
            AskPattern.ask(
                guardian,
                replyTo -> new Guardian.ReloadConfiguration("HTTP", replyTo),
                RELOAD_TIMEOUT,
                scheduler),
        new UpgradeRequests(
            ground,
            new AllowedCode(settings.upgrade(), ConfigurationOption.codeDir(settings)),
            code ->
                AskPattern.askWithStatus(
                    guardian,
                    replyTo -> new Guardian.Upgrade(code, replyTo),
                    UPGRADE_TIMEOUT,
                    scheduler)),
        records);
  }
}
