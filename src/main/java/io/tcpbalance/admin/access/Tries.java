package io.tcpbalance.admin.access;

import io.tcpbalance.config.Network;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts wrong tokens, by machine and in all. An IPv6 machine has a network of 64 bits to itself.
 * Not for several threads.
 */
final class Tries {

  /** Beyond it the machine that has been away for longest is forgotten. */
  static final int MOST_MACHINES = 10_000;

  static final int AT_ONCE_BY_MACHINE = 10;
  static final int AT_ONCE_IN_ALL = 100;
  private static final double PER_SECOND_BY_MACHINE = 1;
  private static final double PER_SECOND_IN_ALL = 10;
  private static final int IPV6_MACHINE_BITS = 64;

  private static final class Machine {
    final Allowance wrong;

    /** A right token came from it: what others do does not slow it down. */
    boolean trusted;

    Machine(long nowNs) {
      wrong = new Allowance(AT_ONCE_BY_MACHINE, PER_SECOND_BY_MACHINE, nowNs);
    }

    Machine(KnownMachine known) {
      wrong =
          new Allowance(AT_ONCE_BY_MACHINE, PER_SECOND_BY_MACHINE, known.left(), known.asOfNs());
      trusted = known.trusted();
    }
  }

  private Allowance wrongInAll;
  private final Map<Network, Machine> machines = new LinkedHashMap<>(16, 0.75f, true);

  Tries(long nowNs) {
    wrongInAll = new Allowance(AT_ONCE_IN_ALL, PER_SECOND_IN_ALL, nowNs);
  }

  /** Whether a token from there is to be looked at. */
  boolean mayTry(InetAddress from, long nowNs) {
    Machine machine = machine(from, nowNs);
    return machine.wrong.isLeft(nowNs) && (machine.trusted || wrongInAll.isLeft(nowNs));
  }

  void wrong(InetAddress from, long nowNs) {
    machine(from, nowNs).wrong.spend();
    wrongInAll.spend();
  }

  void right(InetAddress from, long nowNs) {
    machine(from, nowNs).trusted = true;
  }

  int machines() {
    return machines.size();
  }

  /** What is known, beside these logins. */
  Visitors with(List<KnownLogin> logins) {
    return new Visitors(
        logins,
        wrongInAll.left(),
        wrongInAll.asOfNs(),
        machines.entrySet().stream().map(e -> known(e.getKey(), e.getValue())).toList());
  }

  private static KnownMachine known(Network network, Machine machine) {
    return new KnownMachine(network, machine.wrong.left(), machine.wrong.asOfNs(), machine.trusted);
  }

  /** Goes on where others ended. */
  void inherit(Visitors before) {
    wrongInAll =
        new Allowance(AT_ONCE_IN_ALL, PER_SECOND_IN_ALL, before.wrongLeft(), before.asOfNs());
    List<KnownMachine> known = before.machines();
    known
        .subList(Math.max(0, known.size() - MOST_MACHINES), known.size())
        .forEach(machine -> machines.put(machine.network(), new Machine(machine)));
  }

  private Machine machine(InetAddress address, long nowNs) {
    int bits = address instanceof Inet6Address ? IPV6_MACHINE_BITS : 32;
    Machine machine =
        machines.computeIfAbsent(Network.around(address, bits), network -> new Machine(nowNs));
    if (machines.size() > MOST_MACHINES) {
      machines.remove(machines.keySet().iterator().next());
    }
    return machine;
  }
}
