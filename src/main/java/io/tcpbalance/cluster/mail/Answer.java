package io.tcpbalance.cluster.mail;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.OperationRefused;
import io.tcpbalance.balancer.RemoteSession;
import io.tcpbalance.balancer.WaitingClient;
import io.tcpbalance.config.BackendSettings;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The shared balancer's answer to a {@link Question}. */
public sealed interface Answer {

  /** See {@link Item}. */
  int roughBytes();

  /**
   * The pool's state. Its back-ends are those of the roster, which has come before, and of the
   * counts beside: a roster may be larger than a message.
   *
   * @param counts pending and active sessions of each back-end, in the order of the roster
   * @param holders sessions of all nodes that have slots, or the first ones of very many
   */
  record Pool(Instant startedAt, int waiting, List<Counts> counts, List<RemoteSession> holders)
      implements Answer {
    public Pool {
      counts = List.copyOf(counts);
      holders = List.copyOf(holders);
    }

    @Override
    public int roughBytes() {
      return Sizes.ITEM
          + Sizes.list(counts, Counts::roughBytes)
          + Sizes.list(holders, h -> 20 + Sizes.text(h.node()) + Sizes.text(h.backend()));
    }
  }

  /** What changes with every job. */
  record Counts(
      String backend,
      int slots,
      int pending,
      int active,
      Optional<String> lastError,
      Optional<Instant> lastErrorTime,
      long activeCount,
      long activeTimeMs,
      long bytesIn,
      long bytesOut) {

    private int roughBytes() {
      return 80 + Sizes.text(backend) + Sizes.text(lastError);
    }

    public static Counts of(BackendStatus b) {
      return new Counts(
          b.name(),
          b.slots(),
          b.pending(),
          b.active(),
          b.lastError(),
          b.lastErrorTime(),
          b.activeCount(),
          b.activeTimeMs(),
          b.bytesIn(),
          b.bytesOut());
    }

    /** The back-end, with these counts. */
    public BackendStatus in(BackendStatus b) {
      return new BackendStatus(
          b.name(),
          b.host(),
          b.port(),
          b.state(),
          b.healthy(),
          b.removing(),
          b.onTrial(),
          b.maxConnections(),
          b.learning(),
          slots,
          b.compilers(),
          pending,
          active,
          lastError,
          lastErrorTime,
          activeCount,
          activeTimeMs,
          bytesIn,
          bytesOut);
    }
  }

  /** Who waits, in order. */
  record Waiting(List<WaitingClient> clients) implements Answer {
    public Waiting {
      clients = List.copyOf(clients);
    }

    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.list(clients, Waiting::roughBytes);
    }

    private static int roughBytes(WaitingClient c) {
      return 40 + Sizes.address((InetSocketAddress) c.client()) + Sizes.text(c.node());
    }
  }

  /** One back-end, as it is now. */
  record Backend(BackendStatus status) implements Answer {
    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.status(status);
    }
  }

  /** The back-ends before and after, without those that are being removed. */
  record Rearranged(List<BackendSettings> before, List<BackendSettings> after) implements Answer {
    public Rearranged {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }

    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.list(before, Sizes::settings) + Sizes.list(after, Sizes::settings);
    }
  }

  /** It was not done. */
  record Refused(OperationRefused.Kind kind, String message) implements Answer {
    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.text(message);
    }
  }
}
