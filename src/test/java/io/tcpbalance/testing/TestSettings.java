package io.tcpbalance.testing;

import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.JobSettings;
import io.tcpbalance.config.SettingsLoader;
import io.tcpbalance.config.TrialSettings;
import io.tcpbalance.health.StatsPages;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Settings for tests that build the rest of a configuration by hand. */
public final class TestSettings {
  /** As they are shipped. */
  public static final TrialSettings TRIALS =
      new TrialSettings(Duration.ofSeconds(60), Duration.ofSeconds(30), List.of("gcc"));

  /** Hosts that cannot be asked how many jobs they do. */
  public static final StatsPages NO_STATS =
      (host, port) -> CompletableFuture.completedFuture(StatsPages.Answer.failed("not asked"));

  private TestSettings() {}

  /**
   * The shipped defaults but for what is said here.
   *
   * @param hocon the inside of a block {@code jobs}
   */
  public static JobSettings jobs(String hocon) {
    String text =
        "tcpbalance.proxies.p { protocol = distcc, backends = []\n jobs {\n" + hocon + "\n} }";
    try {
      return SettingsLoader.parse(text, "test").settings().proxies().get(0).jobs();
    } catch (InvalidSettingsException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
