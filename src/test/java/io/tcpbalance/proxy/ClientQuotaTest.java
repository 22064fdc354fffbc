package io.tcpbalance.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ClientQuotaTest {

  private final ClientQuota quota = new ClientQuota(OptionalInt.of(2));

  @Test
  void countsTheMachineWhateverItsPort() {
    assertTrue(quota.tryEnter(client("10.0.0.1", 1)));
    assertTrue(quota.tryEnter(client("10.0.0.1", 2)));
    assertFalse(quota.tryEnter(client("10.0.0.1", 3)));
    assertTrue(quota.tryEnter(client("10.0.0.2", 3)));
  }

  @Test
  void takesTheNetworkOf64BitsForOneMachine() {
    assertTrue(quota.tryEnter(client("2001:db8:0:1::1", 1)));
    assertTrue(quota.tryEnter(client("2001:db8:0:1:ffff::1", 1)));
    assertFalse(quota.tryEnter(client("2001:db8:0:1::2", 1)));
    assertTrue(quota.tryEnter(client("2001:db8:0:2::1", 1)));
  }

  @Test
  void whoLeavesMakesRoomAndIsForgotten() {
    quota.tryEnter(client("10.0.0.1", 1));
    quota.tryEnter(client("10.0.0.1", 2));

    quota.leave(client("10.0.0.1", 1));
    assertTrue(quota.tryEnter(client("10.0.0.1", 3)));

    quota.leave(client("10.0.0.1", 2));
    quota.leave(client("10.0.0.1", 3));
    assertEquals(0, quota.machines());
  }

  @Test
  void remembersNobodyWhereItIsOff() {
    ClientQuota off = new ClientQuota(OptionalInt.empty());

    for (int port = 1; port < 100; port++) {
      assertTrue(off.tryEnter(client("10.0.0.1", port)));
    }

    assertEquals(0, off.machines());
  }

  private static InetSocketAddress client(String address, int port) {
    return new InetSocketAddress(address, port);
  }
}
