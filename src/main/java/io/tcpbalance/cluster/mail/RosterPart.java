package io.tcpbalance.cluster.mail;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Roster;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Some of a roster's back-ends, in its order: a whole roster may be larger than a message.
 *
 * @param index from 0
 * @param last whether it is complete with this
 */
public record RosterPart(
    Stamp stamp, Instant startedAt, int index, boolean last, List<BackendStatus> backends)
    implements ToPool, ToNode {

  private static final int MOST_BYTES = 32_000;

  public RosterPart {
    backends = List.copyOf(backends);
  }

  @Override
  public int roughBytes() {
    return Sizes.ITEM + Sizes.list(backends, Sizes::status);
  }

  /** The whole of a roster. */
  public static List<RosterPart> of(Stamp stamp, Roster roster) {
    List<RosterPart> parts = new ArrayList<>();
    List<BackendStatus> some = new ArrayList<>();
    int bytes = 0;
    for (BackendStatus backend : roster.backends()) {
      if (bytes > 0 && bytes + Sizes.status(backend) > MOST_BYTES) {
        parts.add(new RosterPart(stamp, roster.startedAt(), parts.size(), false, some));
        some.clear();
        bytes = 0;
      }
      some.add(backend);
      bytes += Sizes.status(backend);
    }
    parts.add(new RosterPart(stamp, roster.startedAt(), parts.size(), true, some));
    return parts;
  }

  /** Puts parts together that come in order. */
  public static final class Assembly {

    private final List<BackendStatus> backends = new ArrayList<>();
    private @Nullable Stamp stamp;

    /** Returns the roster when this was its last part. */
    public Optional<Roster> add(RosterPart part) {
      if (part.index() == 0) {
        backends.clear();
        stamp = part.stamp();
      }
      if (!part.stamp().equals(stamp)) {
        return Optional.empty();
      }
      backends.addAll(part.backends());
      return part.last() ? Optional.of(new Roster(part.startedAt(), backends)) : Optional.empty();
    }
  }
}
