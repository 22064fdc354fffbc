package io.tcpbalance;

import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.LoadedSettings;

/** Where the configuration comes from, each time anew. May block. */
@FunctionalInterface
interface ConfigurationSource {
  LoadedSettings load() throws InvalidSettingsException;
}
