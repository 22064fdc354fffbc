package io.tcpbalance.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.OperatorState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class RosterTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void beginsWithTheConfigurationInItsOrder() {
    Roster roster =
        Roster.of(
            List.of(Hosts.configured("b", 2), Hosts.configured("a", 1, OperatorState.DOWN)), START);

    assertEquals(START, roster.startedAt());
    assertEquals(
        List.of(Hosts.up("b", 2), Hosts.in(OperatorState.DOWN, "a", 1)), roster.backends());
  }

  @Test
  void beginsHealthyAndUnused() {
    BackendStatus status = Roster.of(List.of(Hosts.configured("a", 2)), START).backends().get(0);

    assertTrue(status.healthy());
    assertFalse(status.removing());
    assertTrue(status.lastError().isEmpty());
    assertEquals(0, status.pending() + status.active());
    assertEquals(0, status.activeCount());
  }

  @Test
  void cannotBeChanged() {
    List<BackendStatus> mine = new ArrayList<>(List.of(Hosts.up("a", 1)));
    Roster roster = new Roster(START, mine);

    mine.clear();

    assertEquals(1, roster.backends().size());
    assertThrows(UnsupportedOperationException.class, () -> roster.backends().clear());
  }

  @Test
  void holderCountsLivesFromOneAndKeepsTheNewestRoster() {
    Roster first = new Roster(START, List.of());
    Roster second = new Roster(START, List.of(Hosts.up("a", 1)));
    Roster.Holder holder = new Roster.Holder(first);

    assertSame(first, holder.get());
    holder.set(second);

    assertSame(second, holder.get());
    assertEquals(1, holder.nextEpoch());
    assertEquals(2, holder.nextEpoch());
  }

  @Test
  void backendKeepsAllFactsOfItsStatusButTheLeases() {
    BackendStatus status =
        new BackendStatus(
            "a",
            "a.example",
            3632,
            OperatorState.DRAIN,
            false,
            true,
            true,
            4,
            new Learning(true, 4000, OptionalInt.of(4)),
            4,
            List.of("gcc"),
            2,
            1,
            Optional.of("refused"),
            Optional.of(START),
            7,
            1234,
            10,
            20);

    BackendStatus back = new Backend(status).status();

    assertEquals(
        new BackendStatus(
            "a",
            "a.example",
            3632,
            OperatorState.DRAIN,
            false,
            true,
            true,
            4,
            new Learning(true, 4000, OptionalInt.of(4)),
            4,
            List.of("gcc"),
            0,
            0,
            Optional.of("refused"),
            Optional.of(START),
            7,
            1234,
            10,
            20),
        back);
  }
}
