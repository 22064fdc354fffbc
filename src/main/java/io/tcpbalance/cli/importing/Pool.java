package io.tcpbalance.cli.importing;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What was understood of a configuration.
 *
 * @param listenPort 1 to 65535, if it tells
 * @param connectTimeoutMs if it tells
 * @param idleTimeoutMs if it tells
 * @param hosts fastest first, each name once
 * @param notes what could not be carried over, and why
 */
record Pool(
    OptionalInt listenPort,
    OptionalLong connectTimeoutMs,
    OptionalLong idleTimeoutMs,
    List<Host> hosts,
    List<String> notes) {

  /** What distcc listens to; before its version 0.15 it was the other one. */
  private static final List<Integer> DISTCC_PORTS = List.of(3632, 4200);

  /**
   * A back-end.
   *
   * @param isUp false if it is out of service
   */
  record Host(String name, String host, int port, int slots, boolean isUp) {

    Host withName(String other) {
      return new Host(other, host, port, slots, isUp);
    }

    Host withSlots(int other) {
      return new Host(name, host, port, other, isUp);
    }
  }

  Pool withListenPort(int port) {
    return new Pool(OptionalInt.of(port), connectTimeoutMs, idleTimeoutMs, hosts, notes);
  }

  /** Whether the ports say that it is a distcc farm. */
  boolean isDistcc() {
    return listenPort.stream().anyMatch(DISTCC_PORTS::contains)
        || hosts.stream().anyMatch(host -> DISTCC_PORTS.contains(host.port()));
  }

  /** The hosts in their order, with names that are unique: the host, and the port where needed. */
  static List<Host> named(List<Host> hosts, int mostSlots, List<String> notes) {
    List<Host> named = new ArrayList<>();
    for (Host host : hosts) {
      int same = indexOf(named, host);
      if (same >= 0) {
        int sum = Math.min(mostSlots, named.get(same).slots() + host.slots());
        named.set(same, named.get(same).withSlots(sum));
        notes.add(host.host() + " port " + host.port() + " is named twice: its slots are added up");
      } else {
        boolean isTaken = named.stream().anyMatch(other -> other.name().equals(host.name()));
        named.add(isTaken ? host.withName(host.name() + ":" + host.port()) : host);
      }
    }
    return List.copyOf(named);
  }

  private static int indexOf(List<Host> hosts, Host wanted) {
    for (int i = 0; i < hosts.size(); i++) {
      if (hosts.get(i).host().equals(wanted.host()) && hosts.get(i).port() == wanted.port()) {
        return i;
      }
    }
    return -1;
  }
}
