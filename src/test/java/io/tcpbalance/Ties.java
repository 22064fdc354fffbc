package io.tcpbalance;

import io.tcpbalance.secrets.TlsFiles;
import io.tcpbalance.testing.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How the nodes of a {@link SharedFarm} find and know each other. */
enum Ties {
  /** By a list; they trust whoever connects. */
  LISTED {
    @Override
    Found prepare(Path directory, List<Integer> ports) {
      List<String> settings = new ArrayList<>();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        names.add("127.0.0.1:" + ports.get(i));
      }
      for (int i = 0; i < NODES; i++) {
        settings.add(
            "port = %d, upgrade-port = %d, seed-nodes = [\"%s\"]"
                .formatted(ports.get(i), ports.get(i + NODES), String.join("\", \"", names)));
      }
      return new Found(settings, names, List.of());
    }
  },

  /** By the addresses of a name, and by certificates. */
  NAMED_AND_CERTIFIED {
    @Override
    Found prepare(Path directory, List<Integer> ports) throws Exception {
      TestAuthority authority = new TestAuthority(directory.resolve("certs"));
      StringBuilder addresses = new StringBuilder();
      List<String> settings = new ArrayList<>();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        String host = "127.0.0." + (i + 1);
        addresses.append(host).append(" nodes.example\n");
        names.add(host + ":" + ports.get(0));
        TlsFiles files = authority.node(host);
        settings.add(
            """
            host = %s, port = %d, upgrade-port = %d, seed-dns = "nodes.example:%d"
            tls { certificate = "%s", key = "%s", ca = "%s" }
            """
                .formatted(
                    host,
                    ports.get(0),
                    ports.get(1),
                    ports.get(0),
                    files.certificate(),
                    files.key(),
                    files.ca().orElseThrow()));
      }
      Path hosts = Files.writeString(directory.resolve("hosts"), addresses);
      return new Found(settings, names, List.of("-Djdk.net.hosts.file=" + hosts));
    }
  };

  static final int NODES = 3;

  /**
   * What the nodes are started with.
   *
   * @param settings of each: the inside of its block {@code cluster}
   * @param names where the others reach each of them
   */
  record Found(List<String> settings, List<String> names, List<String> jvmOptions) {}

  /** Makes what there has to be in a directory; six ports are free. */
  abstract Found prepare(Path directory, List<Integer> ports) throws Exception;
}
