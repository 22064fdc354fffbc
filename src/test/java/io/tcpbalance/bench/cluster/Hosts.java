package io.tcpbalance.bench.cluster;

import io.tcpbalance.bench.JobServer;
import io.tcpbalance.testing.SlotHistory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The farm: servers that check every byte, and note in one history who begins and ends to use them.
 */
final class Hosts implements AutoCloseable {
  private static final Map<String, Integer> SLOTS = Map.of("fast", 4, "middle", 2, "slow", 1);
  private static final List<String> FASTEST_FIRST = List.of("fast", "middle", "slow");

  /** What a server's connections are in the history. */
  private final class Notes implements JobServer.Watcher {
    private final String host;

    Notes(String host) {
      this.host = host;
    }

    @Override
    public void begins(long connection) {
      history.begins(host, connection);
    }

    @Override
    public void ends(long connection) {
      history.ends(host, connection);
    }
  }

  private final String address;
  private final List<JobServer> servers = new ArrayList<>();
  private volatile SlotHistory history = new SlotHistory();

  private Hosts(String address) {
    this.address = address;
  }

  /** They listen on an address of this machine. */
  static Hosts start(String address) throws IOException {
    Hosts hosts = new Hosts(address);
    try {
      for (String name : FASTEST_FIRST) {
        InetSocketAddress any = new InetSocketAddress(address, 0);
        hosts.servers.add(JobServer.start(any, hosts.new Notes(name)));
      }
      return hosts;
    } catch (IOException | RuntimeException e) {
      hosts.close();
      throw e;
    }
  }

  /** As {@code backends} of a proxy. */
  String configuration() {
    List<String> backends = new ArrayList<>();
    for (int i = 0; i < servers.size(); i++) {
      String name = FASTEST_FIRST.get(i);
      backends.add(
          "{ name = %s, host = %s, port = %d, max-connections = %d }"
              .formatted(name, address, servers.get(i).port(), SLOTS.get(name)));
    }
    return backends.stream().collect(Collectors.joining(", ", "[", "]"));
  }

  /** From now on a new one; only while nobody uses a host. */
  void beginHistory() {
    history = new SlotHistory();
  }

  /** What was wrong since the history began: one session too many, above all. */
  List<String> faults() {
    return history.faults(SLOTS);
  }

  SlotHistory history() {
    return history;
  }

  /** Connections that are open now. */
  int active() {
    return servers.stream().mapToInt(JobServer::active).sum();
  }

  /** Requests with a wrong byte, since the beginning. */
  long corrupt() {
    return servers.stream().mapToLong(JobServer::corrupt).sum();
  }

  @Override
  public void close() throws IOException {
    for (JobServer server : servers) {
      server.close();
    }
  }
}
