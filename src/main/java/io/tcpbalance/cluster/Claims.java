package io.tcpbalance.cluster;

import io.tcpbalance.balancer.LeaseId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What sessions hold and await. A session has one claim, or two for a moment: it asks for the next
 * slot before it is known that the one before is free.
 *
 * @param <H> whom to tell
 */
final class Claims<H> {

  private final Map<Long, List<Claim<H>>> bySession = new LinkedHashMap<>();

  @Nullable Claim<H> find(LeaseId lease) {
    for (Claim<H> claim : of(lease.session())) {
      if (claim.lease.equals(lease)) {
        return claim;
      }
    }
    return null;
  }

  /** The session's, in the order of their coming; not to be changed. */
  List<Claim<H>> of(long session) {
    return bySession.getOrDefault(session, List.of());
  }

  /** There must be none of that lease. */
  void add(Claim<H> claim) {
    bySession.computeIfAbsent(claim.lease.session(), s -> new ArrayList<>(1)).add(claim);
  }

  void remove(Claim<H> claim) {
    bySession.computeIfPresent(
        claim.lease.session(),
        (session, claims) -> {
          claims.remove(claim);
          return claims.isEmpty() ? null : claims;
        });
  }

  /** Takes out all of the session's. */
  Collection<Claim<H>> removeAll(long session) {
    List<Claim<H>> removed = bySession.remove(session);
    return removed == null ? List.of() : removed;
  }

  boolean isEmpty() {
    return bySession.isEmpty();
  }

  int sessions() {
    return bySession.size();
  }

  /** A copy of those that fit. */
  List<Claim<H>> where(Predicate<Claim<H>> fits) {
    List<Claim<H>> fitting = new ArrayList<>();
    for (List<Claim<H>> claims : bySession.values()) {
      for (Claim<H> claim : claims) {
        if (fits.test(claim)) {
          fitting.add(claim);
        }
      }
    }
    return fitting;
  }

  /** A copy of all. */
  List<Claim<H>> all() {
    return where(claim -> true);
  }
}
