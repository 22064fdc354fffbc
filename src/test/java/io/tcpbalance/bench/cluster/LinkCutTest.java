package io.tcpbalance.bench.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcpbalance.testing.Daemon;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Links are cut in a network namespace, and so in a process of its own; with that one end all that
 * it started.
 */
@Timeout(180)
class LinkCutTest {

  /** As {@code ops/bench/cluster} does it. */
  private static List<String> namespace() {
    List<String> words =
        new ArrayList<>(
            List.of("unshare", "--user", "--map-root-user", "--net", "--pid", "--fork"));
    words.addAll(List.of("--kill-child", "--mount-proc"));
    return words;
  }

  private static void assumeNamespaces() throws InterruptedException {
    List<String> words = namespace();
    words.addAll(List.of("ip", "link", "set", "lo", "up"));
    boolean allowed;
    try {
      allowed = new ProcessBuilder(words).start().waitFor() == 0;
    } catch (IOException e) {
      allowed = false;
    }
    assumeTrue(allowed, "no network namespaces here: " + String.join(" ", words) + " fails");
  }

  private static void run(Path directory, String drill, int cutSeconds) throws Exception {
    assumeNamespaces();
    try (Daemon bench =
        Daemon.program(
                ClusterBench.class,
                "--links",
                "--work-dir",
                directory.toString(),
                "--only",
                drill,
                "--cut-seconds",
                Integer.toString(cutSeconds))
            .within(namespace())
            .start()) {

      int code = bench.awaitExit();

      assertEquals(0, code, () -> String.join("\n", bench.output()));
    }
  }

  @Test
  void minorityEndsAndMajorityGoesOnWhenALinkIsCut(@TempDir Path directory) throws Exception {
    run(directory, ClusterOptions.CUT, 15);
  }

  /** Long enough for what was started within the cut to form a cluster by itself, if it could. */
  @Tag("long")
  @Test
  void minorityFormsNoClusterOfItsOwn(@TempDir Path directory) throws Exception {
    run(directory, ClusterOptions.CUT, 40);
  }

  @Tag("long")
  @Test
  void theSameIsSoWhenOnlyOneWayIsCut(@TempDir Path directory) throws Exception {
    run(directory, ClusterOptions.CUT_ONE_WAY, 20);
  }
}
