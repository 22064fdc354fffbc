package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.Settings;
import io.tcpbalance.config.SettingsLoader;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryLimitsTest {

  private static final long MIB = 1 << 20;

  private static Settings settings(String text) throws InvalidSettingsException {
    return SettingsLoader.parse("tcpbalance {\n" + text + "\n}", "test").settings();
  }

  @Test
  void areAsConfiguredWhereTheProcessHasEnough() throws Exception {
    Settings settings = settings("proxies.p { protocol = distcc, backends = [] }");

    MemoryLimits limits = MemoryLimits.of(settings, 1024 * MIB);

    assertEquals(new MemoryLimits(256 * MIB, 256 * MIB, List.of()), limits);
  }

  @Test
  void leaveRoomInASmallProcessAndSaySo() throws Exception {
    Settings settings = settings("proxies.p { protocol = distcc, backends = [] }");

    MemoryLimits limits = MemoryLimits.of(settings, 256 * MIB);

    assertEquals(128 * MIB, limits.streamBytes());
    // 256, less an eighth to spare and the largest request of 64, of which answers take a fifth.
    assertEquals(128 * MIB, limits.jobBytes());
    assertEquals(2, limits.warnings().size());
    assertTrue(limits.warnings().get(1).startsWith("distcc.memory is 256 MiB, but only 128 MiB"));
  }

  @Test
  void haveNoWordForJobsWhereThereAreNone() throws Exception {
    Settings settings =
        settings("relay.memory = 1 MiB\n proxies.p { backends = [], listen.port = 1 }");

    assertEquals(List.of(), MemoryLimits.of(settings, 64 * MIB).warnings());
  }
}
