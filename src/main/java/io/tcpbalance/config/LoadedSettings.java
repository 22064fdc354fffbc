package io.tcpbalance.config;

import com.typesafe.config.Config;
import java.util.List;

/**
 * A configuration that is fit for use.
 *
 * @param warnings what is accepted but hardly meant, one printable line each
 * @param pekko what the actor system is to be started with
 */
public record LoadedSettings(Settings settings, List<String> warnings, Config pekko) {

  public LoadedSettings {
    warnings = List.copyOf(warnings);
  }
}
