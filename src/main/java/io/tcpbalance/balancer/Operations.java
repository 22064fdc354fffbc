package io.tcpbalance.balancer;

import io.tcpbalance.balancer.OperationRefused.Kind;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;

/**
 * What operators may do to a pool. Each change is in the roster's holder before it is answered, so
 * that no restart loses what somebody was told.
 */
final class Operations {

  /** A bound on what a script can do by accident. */
  static final int MOST_BACKENDS = 100_000;

  private final SlotPool<?> pool;
  private final InstantSource wallClock;
  private final Roster.Holder holder;

  Operations(SlotPool<?> pool, InstantSource wallClock, Roster.Holder holder) {
    this.pool = pool;
    this.wallClock = wallClock;
    this.holder = holder;
  }

  void perform(Balancer.Operation operation) {
    if (operation instanceof Balancer.Describe m) {
      m.replyTo().tell(status());
    } else if (operation instanceof Balancer.AskStall m) {
      m.replyTo().tell(Optional.empty());
    } else if (operation instanceof Balancer.Add m) {
      answer(m.replyTo(), () -> add(m));
    } else if (operation instanceof Balancer.Change m) {
      answer(m.replyTo(), () -> change(m));
    } else if (operation instanceof Balancer.Reset m) {
      answer(m.replyTo(), () -> reset(m));
    } else if (operation instanceof Balancer.ResetAll m) {
      answer(m.replyTo(), this::resetAll);
    } else if (operation instanceof Balancer.Remove m) {
      answer(m.replyTo(), () -> remove(m));
    } else {
      throw new IllegalArgumentException("no such operation: " + operation);
    }
  }

  /** Tells how things are, and changes nothing. */
  void performFrozen(Balancer.Operation operation) {
    if (operation instanceof Balancer.Describe || operation instanceof Balancer.AskStall) {
      perform(operation);
    } else {
      refuse(operation);
    }
  }

  /** Refuses, for a moment, what would be lost. */
  static void refuse(Balancer.Operation operation) {
    OperationRefused refused =
        new OperationRefused(
            Kind.CONFLICT, "the program's code is being replaced at this moment; try again");
    if (operation instanceof Balancer.Add m) {
      m.replyTo().tell(StatusReply.error(refused));
    } else if (operation instanceof Balancer.Change m) {
      m.replyTo().tell(StatusReply.error(refused));
    } else if (operation instanceof Balancer.Reset m) {
      m.replyTo().tell(StatusReply.error(refused));
    } else if (operation instanceof Balancer.ResetAll m) {
      m.replyTo().tell(StatusReply.error(refused));
    } else if (operation instanceof Balancer.Remove m) {
      m.replyTo().tell(StatusReply.error(refused));
    }
  }

  private interface Action<R> {
    R perform();
  }

  private <R> void answer(ActorRef<StatusReply<R>> replyTo, Action<R> action) {
    try {
      R result = action.perform();
      holder.set(pool.roster());
      replyTo.tell(StatusReply.success(result));
    } catch (OperationRefused refused) {
      replyTo.tell(StatusReply.error(refused));
    }
  }

  PoolStatus status() {
    Roster roster = pool.roster();
    return new PoolStatus(roster.startedAt(), pool.queue().size(), roster.backends());
  }

  private BackendStatus add(Balancer.Add m) {
    String name = m.backend().name();
    if (pool.find(name) != null) {
      staying(name);
      throw new OperationRefused(
          Kind.CONFLICT,
          "back-end '" + name + "' exists already; change it or choose another name");
    }
    if (pool.backends().size() >= MOST_BACKENDS) {
      throw new OperationRefused(
          Kind.CONFLICT, "the pool has " + MOST_BACKENDS + " back-ends; remove one first");
    }
    checkLimit(m.backend().maxConnections());
    checkCompilers(m.backend().compilers());
    checkPlacement(m.placement(), name);
    pool.add(Roster.unused(m.backend()), m.placement());
    return existing(name).status();
  }

  private BackendStatus change(Balancer.Change m) {
    Backend backend = staying(m.name());
    m.maxConnections().ifPresent(this::checkLimit);
    m.compilers().ifPresent(Operations::checkCompilers);
    m.placement().ifPresent(placement -> checkPlacement(placement, m.name()));
    m.maxConnections().ifPresent(limit -> backend.limit = limit);
    m.placement().ifPresent(placement -> pool.move(backend, placement));
    m.compilers().ifPresent(compilers -> pool.setCompilers(backend, compilers));
    if (m.state().isPresent()) {
      backend.state = m.state().get();
      if (backend.state == OperatorState.UP) {
        pool.forgive(backend, "the operator put it up");
      }
    }
    pool.changed(backend);
    return backend.status();
  }

  private BackendStatus reset(Balancer.Reset m) {
    Backend backend = staying(m.name());
    reset(backend, wallClock.instant());
    return backend.status();
  }

  private PoolStatus resetAll() {
    Instant now = wallClock.instant();
    pool.restartStatistics(now);
    pool.backends().stream().filter(b -> !b.removing).toList().forEach(b -> reset(b, now));
    return status();
  }

  private void reset(Backend backend, Instant now) {
    backend.state = OperatorState.UP;
    pool.noteError(backend, "reset", now);
    pool.forgive(backend, "reset");
  }

  private BackendStatus remove(Balancer.Remove m) {
    Backend backend = existing(m.name());
    boolean forgotten = pool.remove(backend);
    if (m.force() && !forgotten) {
      pool.evictAll(backend);
    }
    return backend.status();
  }

  private Backend existing(String name) {
    return Optional.ofNullable(pool.find(name))
        .orElseThrow(
            () ->
                new OperationRefused(
                    Kind.UNKNOWN,
                    "no back-end '" + name + "'; list the back-ends to see their names"));
  }

  private Backend staying(String name) {
    Backend backend = existing(name);
    if (backend.removing) {
      throw new OperationRefused(
          Kind.CONFLICT,
          "back-end '" + name + "' is being removed; wait until it is gone, then add it again");
    }
    return backend;
  }

  private void checkLimit(SlotLimit limit) {
    if (limit.isAuto() && !pool.learnsSlots()) {
      throw new OperationRefused(
          Kind.INVALID, "maxConnections can be auto only where protocol = distcc; give a number");
    }
    int max = limit.fixed().orElse(1);
    if (max < 1 || max > BackendSettings.MAX_CONNECTIONS) {
      throw new OperationRefused(
          Kind.INVALID,
          "maxConnections must be from 1 to " + BackendSettings.MAX_CONNECTIONS + ", not " + max);
    }
  }

  private static void checkCompilers(List<String> patterns) {
    if (patterns.size() > BackendSettings.MAX_COMPILERS) {
      throw new OperationRefused(
          Kind.INVALID,
          "compilers must be at most "
              + BackendSettings.MAX_COMPILERS
              + ", not "
              + patterns.size());
    }
    for (String pattern : patterns) {
      if (!BackendSettings.isCompilerPattern(pattern)) {
        throw new OperationRefused(
            Kind.INVALID, "compilers " + BackendSettings.COMPILER_PATTERN_RULE);
      }
    }
  }

  private void checkPlacement(Placement placement, String self) {
    if (placement instanceof Placement.After after) {
      if (after.name().equals(self)) {
        throw new OperationRefused(
            Kind.INVALID, "'" + self + "' cannot stand after itself; name another in 'after'");
      }
      if (pool.find(after.name()) == null) {
        throw new OperationRefused(
            Kind.INVALID,
            "'after' names '" + after.name() + "', which is no back-end of this proxy");
      }
    }
  }
}
