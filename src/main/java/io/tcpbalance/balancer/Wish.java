package io.tcpbalance.balancer;

import java.util.Optional;
import java.util.Set;

/**
 * What a session wants of a slot.
 *
 * @param compiler the compiler that the back-end must have, as the client calls it: a name or a
 *     path; "" where none in particular is needed
 * @param avoid names of back-ends that just failed it; taken only where no other is free
 * @param exclude names of back-ends on which this very job died; none of them is taken as long as
 *     there is another one that is enabled, healthy and has the compiler, busy or not
 * @param only the one back-end that will do, whether it is healthy or not: a probe's wish. It is
 *     granted or refused at once, never queued; refused also if it lists other compilers
 */
public record Wish(String compiler, Set<String> avoid, Set<String> exclude, Optional<String> only) {

  private static final Wish ANYTHING = new Wish("", Set.of(), Set.of(), Optional.empty());

  public Wish {
    avoid = Set.copyOf(avoid);
    exclude = Set.copyOf(exclude);
  }

  /** Any back-end will do. */
  public static Wish anything() {
    return ANYTHING;
  }
}
