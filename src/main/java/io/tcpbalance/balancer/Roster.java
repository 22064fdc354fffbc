package io.tcpbalance.balancer;

import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.SlotLimit;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What survives a restart of the balancer: hosts, their order, what operators said, health and
 * counters.
 *
 * @param startedAt when the pool was started or last reset
 * @param backends fastest first; their pending and active counts mean nothing here, a census finds
 *     them
 */
public record Roster(Instant startedAt, List<BackendStatus> backends) {

  public Roster {
    backends = List.copyOf(backends);
  }

  /** The roster of a pool that has never run. */
  public static Roster of(List<BackendSettings> configured, Instant now) {
    return new Roster(now, configured.stream().map(Roster::unused).toList());
  }

  /** What there is, without those that are being removed, which are as good as gone. */
  public List<BackendSettings> staying() {
    return backends.stream().filter(b -> !b.removing()).map(BackendStatus::settings).toList();
  }

  static BackendStatus unused(BackendSettings b) {
    SlotLimit limit = b.maxConnections();
    int slots = limit.fixed().orElse(1);
    return new BackendStatus(
        b.name(),
        b.host(),
        b.port(),
        b.state(),
        true,
        false,
        false,
        slots,
        new Learning(limit.isAuto(), b.statsPort(), OptionalInt.empty()),
        slots,
        b.compilers(),
        0,
        0,
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        0,
        0);
  }

  /**
   * Holds the newest roster beyond the balancer's lives, and counts them. Only the balancer writes,
   * or what stands for it.
   */
  public static final class Holder {

    private volatile Roster newest;
    private long epoch;

    public Holder(Roster first) {
      newest = first;
    }

    public Roster get() {
      return newest;
    }

    /** There is a newer one. */
    public void set(Roster roster) {
      newest = roster;
    }

    /** The number of the balancer's life that begins now, from 1. */
    long nextEpoch() {
      return ++epoch;
    }
  }
}
