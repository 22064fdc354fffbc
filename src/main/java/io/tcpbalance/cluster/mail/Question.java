package io.tcpbalance.cluster.mail;

import io.tcpbalance.balancer.Placement;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import java.util.List;
import java.util.Optional;

/** What operators of any node want of the shared balancer: its operations, without the asker. */
public sealed interface Question {

  /** See {@link Item}. */
  default int roughBytes() {
    return Sizes.ITEM;
  }

  /** Whether the pool may be another one afterwards. */
  default boolean changes() {
    return true;
  }

  /** Answered by {@link Answer.Pool}. */
  record Describe() implements Question {
    @Override
    public boolean changes() {
      return false;
    }
  }

  /** Answered by {@link Answer.Waiting}. */
  record ListWaiting(int limit) implements Question {
    @Override
    public boolean changes() {
      return false;
    }
  }

  /** Answered by {@link Answer.Backend}. */
  record Add(BackendSettings backend, Placement placement) implements Question {
    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.settings(backend) + Sizes.placement(placement);
    }
  }

  /** Answered by {@link Answer.Backend}. */
  record Change(
      String name,
      Optional<OperatorState> state,
      Optional<SlotLimit> maxConnections,
      Optional<Placement> placement,
      Optional<List<String>> compilers)
      implements Question {
    @Override
    public int roughBytes() {
      return Sizes.ITEM
          + Sizes.text(name)
          + placement.map(Sizes::placement).orElse(0)
          + compilers.map(Sizes::texts).orElse(0);
    }
  }

  /** Answered by {@link Answer.Backend}. */
  record Reset(String name) implements Question {
    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.text(name);
    }
  }

  /** Answered by {@link Answer.Pool}. */
  record ResetAll() implements Question {}

  /** Answered by {@link Answer.Backend}. */
  record Remove(String name, boolean force) implements Question {
    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.text(name);
    }
  }

  /**
   * The back-ends are to be these, fastest first. Answered by {@link Answer.Rearranged}; refused as
   * a conflict where the roster is not what this was made from.
   */
  record Rearrange(Stamp basedOn, List<BackendSettings> backends) implements Question {
    public Rearrange {
      backends = List.copyOf(backends);
    }

    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.list(backends, Sizes::settings);
    }
  }

  /** One of a newer version. Always refused. */
  record NotUnderstood() implements Question {}
}
