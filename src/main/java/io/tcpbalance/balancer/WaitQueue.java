package io.tcpbalance.balancer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait, in the order of their tickets, in groups of those who may use the same back-ends.
 * Knows nothing of back-ends.
 *
 * <p>A ticket is given once, on arrival; who comes back with it after a failed connect stands where
 * it stood. Two sessions have the same while a client goes from one node to another of its machine.
 *
 * @param <C> whom to tell
 */
final class WaitQueue<C> {

  /** Those who may use the same back-ends, so that only the first of them can be the next. */
  static final class Group<C> {

    private final Eligibility eligibility;
    private final TreeMap<Turn, SlotRequest<C>> byTurn = new TreeMap<>();

    private Group(Eligibility eligibility) {
      this.eligibility = eligibility;
    }

    Eligibility eligibility() {
      return eligibility;
    }

    @Nullable SlotRequest<C> first() {
      return byTurn.isEmpty() ? null : byTurn.firstEntry().getValue();
    }
  }

  /** The order in which they are served. */
  private record Turn(long ticket, long session) implements Comparable<Turn> {

    private static final Comparator<Turn> ORDER =
        Comparator.comparingLong(Turn::ticket).thenComparingLong(Turn::session);

    static Turn of(SlotRequest<?> request) {
      return new Turn(request.ticket(), request.lease().session());
    }

    @Override
    public int compareTo(Turn other) {
      return ORDER.compare(this, other);
    }
  }

  private record Place<C>(SlotRequest<C> request, Group<C> group) {}

  private final Map<Eligibility, Group<C>> groups = new LinkedHashMap<>();
  private final Map<Long, Place<C>> bySession = new HashMap<>();

  /** The last ticket that has come: behind it nobody can have one that is here. */
  private long newest = Long.MIN_VALUE;

  /** How many sessions more there are than tickets. */
  private int doubles;

  boolean isEmpty() {
    return bySession.isEmpty();
  }

  /** How many clients wait: a client counts once, though two sessions may have its ticket. */
  int size() {
    return bySession.size() - doubles;
  }

  /** Adds it; one of the same session that waits already is replaced. */
  void add(SlotRequest<C> request, Eligibility eligibility) {
    removeSession(request.lease().session());
    if (request.ticket() > newest) {
      newest = request.ticket();
    } else if (has(request.ticket())) {
      doubles++;
    }
    Group<C> group = group(eligibility);
    group.byTurn.put(Turn.of(request), request);
    bySession.put(request.lease().session(), new Place<>(request, group));
  }

  /** Whether anybody has this ticket. */
  private boolean has(long ticket) {
    Turn first = new Turn(ticket, Long.MIN_VALUE);
    for (Group<C> group : groups.values()) {
      Turn next = group.byTurn.ceilingKey(first);
      if (next != null && next.ticket == ticket) {
        return true;
      }
    }
    return false;
  }

  private Group<C> group(Eligibility eligibility) {
    Group<C> group = groups.get(eligibility);
    if (group == null) {
      groups.values().removeIf(other -> other.byTurn.isEmpty());
      group = new Group<>(eligibility);
      groups.put(eligibility, group);
    }
    return group;
  }

  @Nullable SlotRequest<C> find(LeaseId lease) {
    Place<C> place = bySession.get(lease.session());
    return place != null && place.request.lease().equals(lease) ? place.request : null;
  }

  /** Takes it out, or returns null where it does not wait. */
  @Nullable SlotRequest<C> remove(LeaseId lease) {
    SlotRequest<C> request = find(lease);
    if (request != null) {
      removeSession(lease.session());
    }
    return request;
  }

  /** Takes out whatever the session waits for. */
  void removeSession(long session) {
    Place<C> place = bySession.remove(session);
    if (place != null) {
      Group<C> group = place.group;
      group.byTurn.remove(Turn.of(place.request));
      if (doubles > 0 && has(place.request.ticket())) {
        doubles--;
      }
      // A single group stays, as it will be needed again at once.
      if (group.byTurn.isEmpty() && groups.size() > 1) {
        groups.remove(group.eligibility);
      }
    }
  }

  /** Whose ticket is the smallest of all. */
  @Nullable SlotRequest<C> first() {
    SlotRequest<C> first = null;
    for (Group<C> group : groups.values()) {
      SlotRequest<C> candidate = group.first();
      if (candidate != null && (first == null || candidate.ticket() < first.ticket())) {
        first = candidate;
      }
    }
    return first;
  }

  /** In no order; one may be empty. Not to be changed meanwhile. */
  Collection<Group<C>> groups() {
    return groups.values();
  }

  /** In order; not to be changed meanwhile. */
  Collection<SlotRequest<C>> all() {
    if (groups.size() == 1) {
      return groups.values().iterator().next().byTurn.values();
    }
    List<SlotRequest<C>> all = new ArrayList<>(bySession.size());
    groups.values().forEach(group -> all.addAll(group.byTurn.values()));
    all.sort(Comparator.comparing(Turn::of));
    return all;
  }

  /** In order, one for each client; not more than so many. */
  List<SlotRequest<C>> clients(int limit) {
    List<SlotRequest<C>> clients = new ArrayList<>();
    SlotRequest<C> last = null;
    for (SlotRequest<C> request : all()) {
      if (clients.size() >= limit) {
        break;
      }
      if (last == null || request.ticket() != last.ticket()) {
        clients.add(request);
      }
      last = request;
    }
    return clients;
  }

  /** Groups all anew. */
  void regroup(Function<SlotRequest<C>, Eligibility> eligibility) {
    List<SlotRequest<C>> all = List.copyOf(all());
    groups.clear();
    bySession.clear();
    newest = Long.MIN_VALUE;
    doubles = 0;
    all.forEach(request -> add(request, eligibility.apply(request)));
  }
}
