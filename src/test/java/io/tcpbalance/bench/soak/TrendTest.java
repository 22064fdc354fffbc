package io.tcpbalance.bench.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TrendTest {

  private static Trend of(double least, double share, Integer... samples) {
    return Trend.of(List.of(samples), Integer::doubleValue, least, share);
  }

  @Test
  void warmingUpIsNoGrowth() {
    assertFalse(of(0, 0, 1, 50, 90, 100, 100, 100, 100, 100, 100, 100, 100, 100).grows());
  }

  @Test
  void seesSlowGrowth() {
    Integer[] samples = Stream.iterate(100, value -> value + 1).limit(40).toArray(Integer[]::new);

    Trend trend = of(10, 0, samples);

    assertEquals(20, trend.late() - trend.early());
    assertTrue(trend.grows());
  }

  @Test
  void toleratesAnAmountOrAShareWhicheverIsMore() {
    Integer[] samples = {100, 100, 100, 100, 108, 108, 108, 108};

    assertEquals(8, of(0, 0, samples).late() - of(0, 0, samples).early());
    assertTrue(of(7, 0.07, samples).grows());
    assertFalse(of(8, 0.07, samples).grows());
    assertFalse(of(7, 0.08, samples).grows());
  }

  @Test
  void oneSampleAmidABurstIsNoGrowth() {
    assertFalse(of(0, 0, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 99, 5).grows());
  }

  @Test
  void whatShrinksDoesNotGrow() {
    assertFalse(of(0, 0, 9, 8, 7, 6, 5, 4, 3, 2).grows());
  }

  @Test
  void saysNothingOfFewSamples() {
    assertThrows(IllegalArgumentException.class, () -> of(0, 0, 1, 2, 3, 4, 5, 6, 7));
  }
}
