package io.tcpbalance.balancer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings who waits and free slots together: a free slot goes to the smallest ticket among those who
 * could use it, so nobody is blocked by one who could not. Whether one could is the same for a
 * whole group of the queue.
 *
 * @param <C> whom to tell
 */
final class Dispatcher<C> {

  /** Who is next, and for which slot. */
  record Match<C>(SlotRequest<C> request, Backend backend) {}

  private final BackendTable table;
  private final WaitQueue<C> queue;
  private int groupedInGeneration;

  Dispatcher(BackendTable table, WaitQueue<C> queue) {
    this.table = table;
    this.queue = queue;
  }

  /**
   * Lets it wait. Where no back-end has its compiler it returns false, and the session waits for
   * nothing else either.
   */
  boolean enqueue(SlotRequest<C> request) {
    Eligibility eligibility = table.eligibility(request.wish());
    if (table.lacksCompiler(eligibility)) {
      queue.removeSession(request.lease().session());
      return false;
    }
    queue.add(request, eligibility);
    return true;
  }

  /**
   * To be called before {@link #takeNext} whenever the table changed. Where other compilers are to
   * be had than before, all are grouped anew; those whose compiler no back-end has any more are
   * taken out of the queue and returned.
   */
  List<SlotRequest<C>> regroup() {
    if (groupedInGeneration == table.generation()) {
      return List.of();
    }
    groupedInGeneration = table.generation();
    List<SlotRequest<C>> hopeless = new ArrayList<>();
    for (SlotRequest<C> request : queue.all()) {
      if (table.lacksCompiler(table.eligibility(request.wish()))) {
        hopeless.add(request);
      }
    }
    hopeless.forEach(request -> queue.remove(request.lease()));
    queue.regroup(request -> table.eligibility(request.wish()));
    return hopeless;
  }

  /** Takes the next one out of the queue, or returns null where nobody could use a free slot. */
  @Nullable Match<C> takeNext() {
    if (queue.isEmpty() || !table.hasFree()) {
      return null;
    }
    SlotRequest<C> next = null;
    Backend slot = null;
    for (WaitQueue.Group<C> group : queue.groups()) {
      SlotRequest<C> first = group.first();
      if (first != null && (next == null || first.ticket() < next.ticket())) {
        Backend choice = table.choose(group.eligibility(), first.wish().avoid());
        if (choice != null) {
          next = first;
          slot = choice;
        }
      }
    }
    if (next == null || slot == null) {
      return null;
    }
    queue.remove(next.lease());
    return new Match<>(next, slot);
  }
}
