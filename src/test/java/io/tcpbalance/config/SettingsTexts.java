package io.tcpbalance.config;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;

/** Configurations for tests, and what becomes of them. */
final class SettingsTexts {
  private SettingsTexts() {}

  static Settings settings(String text) throws InvalidSettingsException {
    return loaded(text).settings();
  }

  static LoadedSettings loaded(String text) throws InvalidSettingsException {
    return SettingsLoader.parse(text, "test.conf", Map.of());
  }

  /** The one proxy of this body, which is given a port and an empty pool. */
  static ProxySettings proxy(String body) throws InvalidSettingsException {
    return settings(proxyText(body)).proxies().get(0);
  }

  static String proxyText(String body) {
    return "tcpbalance.proxies.p { listen.port = 2525\n backends = []\n" + body + "\n}";
  }

  static List<BackendSettings> backends(String value) throws InvalidSettingsException {
    return proxy("backends = " + value).backends();
  }

  static List<Problem> problems(String text) {
    return assertThrows(InvalidSettingsException.class, () -> loaded(text), text).problems();
  }

  /** The message of the only problem, without file, path and hint. */
  static String problem(String text) {
    List<Problem> problems = problems(text);
    if (problems.size() != 1) {
      throw new AssertionError("expected one problem: " + problems);
    }
    return problems.get(0).message();
  }

  static String proxyProblem(String body) {
    return problem(proxyText(body));
  }
}
