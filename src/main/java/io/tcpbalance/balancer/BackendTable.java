package io.tcpbalance.balancer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The back-ends, fastest first, and an index of those with a free slot, so that choosing takes
 * O(log n). Whoever changes a back-end's facts or counts calls {@link #reindex} afterwards.
 */
final class BackendTable {

  private static final Comparator<Backend> BY_POSITION =
      Comparator.comparingLong((Backend b) -> b.position);

  private final List<Backend> order = new ArrayList<>();
  private final Map<String, Backend> byName = new HashMap<>();
  private final TreeSet<Backend> free = new TreeSet<>(BY_POSITION);

  @Nullable Backend find(String name) {
    return byName.get(name);
  }

  List<Backend> all() {
    return order;
  }

  boolean hasFree() {
    return !free.isEmpty();
  }

  /**
   * The fastest one with a free slot, or null.
   *
   * @param avoid names of those that are taken only where no other is free
   */
  @Nullable Backend choose(Collection<String> avoid) {
    for (Backend backend : free) {
      if (!avoid.contains(backend.name)) {
        return backend;
      }
    }
    return free.isEmpty() ? null : free.first();
  }

  void insert(Backend backend, Placement placement) {
    byName.put(backend.name, backend);
    place(backend, placement);
    reindex(backend);
  }

  void move(Backend backend, Placement placement) {
    order.remove(backend);
    listAsFree(backend, false);
    place(backend, placement);
    reindex(backend);
  }

  void remove(Backend backend) {
    order.remove(backend);
    byName.remove(backend.name);
    listAsFree(backend, false);
  }

  /** Brings the index up to date with the back-end's facts. */
  void reindex(Backend backend) {
    listAsFree(backend, backend.hasFreeSlot());
  }

  private void listAsFree(Backend backend, boolean isFree) {
    if (backend.listedAsFree != isFree) {
      backend.listedAsFree = isFree;
      if (isFree) {
        free.add(backend);
      } else {
        free.remove(backend);
      }
    }
  }

  private void place(Backend backend, Placement placement) {
    if (placement instanceof Placement.Last) {
      backend.position = order.isEmpty() ? 0 : order.get(order.size() - 1).position + 1;
      order.add(backend);
    } else {
      order.add(indexFor(placement), backend);
      renumber();
    }
  }

  private int indexFor(Placement placement) {
    if (placement instanceof Placement.After after) {
      Backend predecessor = byName.get(after.name());
      return predecessor == null ? order.size() : order.indexOf(predecessor) + 1;
    }
    return 0;
  }

  /**
   * Re-ordering is rare and done by a person: linear time is well spent on plain positions. Those
   * in the index stand in the same order before and after, so it stays valid.
   */
  private void renumber() {
    for (int i = 0; i < order.size(); i++) {
      order.get(i).position = i;
    }
  }
}
