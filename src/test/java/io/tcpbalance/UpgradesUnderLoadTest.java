package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.bench.upgrade.Crowd;
import io.tcpbalance.testing.JvmProbe;
import io.tcpbalance.testing.ProgramJar;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code ops/bench/upgrade}. */
@Timeout(180)
class UpgradesUnderLoadTest {

  private static final int UPGRADES = 3;

  @TempDir private static Path lib;
  @TempDir private Path directory;

  @Test
  void aCrowdThatWaitsNoticesNothing() throws Exception {
    Path code = ProgramJar.installIn(lib.resolve("2"));
    try (Crowd plain = new Crowd("plain", "tcp");
        Crowd compiles = new Crowd("compiles", "distcc");
        UpgradableDaemon daemon =
            UpgradableDaemon.start(
                directory, lib, plain.configuration() + compiles.configuration())) {
      plain.begin(daemon.port("plain"));
      compiles.begin(daemon.port("compiles"));
      for (int i = 0; i < UPGRADES; i++) {
        int before = plain.served() + compiles.served();
        assertEquals(0, daemon.upgrade(code), daemon.err());
        assertTrue(plain.served() + compiles.served() > before);
      }
      plain.end();
      compiles.end();

      assertEquals(List.of(), plain.faults());
      assertEquals(List.of(), compiles.faults());
      daemon.awaitGenerations("ended", UPGRADES);
      try (JvmProbe probe = JvmProbe.attach(daemon.process().pid())) {
        assertEquals(1, probe.instancesOf("io.tcpbalance.bootstrap.GenerationLoader"));
        List<String> threads = probe.vitals().threads();
        assertEquals(
            1,
            threads.stream().filter(name -> name.startsWith("generation-")).count(),
            () -> threads.toString());
        assertEquals(1, threads.stream().filter("watchdog"::equals).count());
      }
    }
  }
}
