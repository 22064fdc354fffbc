package io.tcpbalance.bench.upgrade;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class OrderTest {

  private final Order order = new Order(Crowd.CLIENTS);

  @Test
  void nobodyIsOvertakenInTheOrderOfComing() {
    serve(0, 1, 2, 3, 4);

    assertEquals(0, order.overtaken());
  }

  @Test
  void whoIsServedLateWasOvertakenByAllBeforeHimWhoCameLater() {
    serve(0, 2, 3, 4, 1, 5);

    assertEquals(3, order.overtaken());
  }

  @Test
  void oneWhoIsServedEarlyOvertakesEachOnce() {
    serve(5, 0, 1, 2, 3, 4);

    assertEquals(1, order.overtaken());
  }

  @Test
  void whoIsServedAgainDoesNotCount() {
    serve(0, 1, 2);
    order.served(1);

    assertEquals(Crowd.CLIENTS + 3, order.count());
    assertEquals(0, order.overtaken());
  }

  private void serve(int... numbers) {
    int many = Crowd.CLIENTS;
    for (int i = 0; i < many + numbers.length; i++) {
      order.comes(i, i);
    }
    for (int i = many - 1; i >= 0; i--) {
      order.served(i); // The first crowd is served in any order.
    }
    for (int number : numbers) {
      order.served(many + number);
    }
  }
}
