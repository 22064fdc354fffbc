package io.tcpbalance.admin.access;

import java.util.List;

/**
 * Who has been there, for other code that lets people in.
 *
 * @param logins the one that was used last is last
 * @param wrongLeft how many wrong tokens may still come at once from all machines
 * @param asOfNs when that was so, on {@link System#nanoTime}
 * @param machines the one that came last is last
 */
public record Visitors(
    List<KnownLogin> logins, double wrongLeft, long asOfNs, List<KnownMachine> machines) {

  public Visitors {
    logins = List.copyOf(logins);
    machines = List.copyOf(machines);
  }

  /** What such code is told of later. */
  public interface Heir {

    void loggedIn(KnownLogin login);

    /**
     * A login has ended since he wanted it so.
     *
     * @param key that of a {@link KnownLogin}
     */
    void loggedOut(String key);
  }
}
