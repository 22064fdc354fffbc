package io.tcpbalance.cluster.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.admin.nodes.RemoteAnswer;
import io.tcpbalance.cluster.mail.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartsTest {

  private static final NodeId NODE = new NodeId("a", 1, 1);
  private static final Asker ASKER = new Asker(NODE, 5);

  private static Outgoing answer(int bytes) {
    byte[] body = new byte[bytes];
    new Random(7).nextBytes(body);
    return new Outgoing(new RemoteAnswer(200, "a/b", List.of(), ByteString.fromArrayUnsafe(body)));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        Outgoing.PART_BYTES,
        Outgoing.PART_BYTES + 1,
        2 * Outgoing.PART_BYTES,
        5 * Outgoing.PART_BYTES - 1
      })
  void putsTogetherWhatWasCut(int bytes) {
    Outgoing outgoing = answer(bytes);
    HeldAnswers held = new HeldAnswers();
    Incoming incoming = new Incoming(outgoing.begin(5));
    if (!incoming.isWhole()) {
      assertTrue(held.hold(ASKER, outgoing));
    }

    while (!incoming.isWhole()) {
      assertTrue(incoming.add(held.part(ASKER, incoming.size()).orElseThrow()));
    }

    assertEquals(outgoing.answer(), incoming.answer());
    assertEquals(0, held.bytes());
    assertFalse(held.has(ASKER));
  }

  @Test
  void takesNoPartTwiceOrOutOfOrder() {
    Outgoing outgoing = answer(3 * Outgoing.PART_BYTES);
    Incoming incoming = new Incoming(outgoing.begin(5));
    Parcel.Part third = outgoing.part(5, 2 * Outgoing.PART_BYTES).orElseThrow();
    Parcel.Part second = outgoing.part(5, Outgoing.PART_BYTES).orElseThrow();

    assertFalse(incoming.add(third));
    assertTrue(incoming.add(second));
    assertFalse(incoming.add(second));
    assertTrue(incoming.add(third));

    assertEquals(outgoing.answer(), incoming.answer());
  }

  @Test
  void takesNoMoreThanWasAnnounced() {
    Incoming incoming = new Incoming(answer(Outgoing.PART_BYTES + 1).begin(5));

    assertFalse(
        incoming.add(new Parcel.Part(5, Outgoing.PART_BYTES, ByteString.fromString("two"))));
    assertFalse(
        incoming.add(new Parcel.Part(5, Outgoing.PART_BYTES, ByteString.emptyByteString())));
  }

  @Test
  void givesNothingFromWhereThereIsNothing() {
    HeldAnswers held = new HeldAnswers();
    held.hold(ASKER, answer(2 * Outgoing.PART_BYTES));

    assertEquals(Optional.empty(), held.part(ASKER, -1));
    assertEquals(Optional.empty(), held.part(new Asker(NODE, 6), 0));
    assertEquals(Optional.empty(), held.part(ASKER, Integer.MAX_VALUE));
  }

  @Test
  void holdsNoMoreThanItMay() {
    HeldAnswers held = new HeldAnswers();
    Outgoing longest = answer(Outgoing.MAX_BYTES);
    for (int i = 0; i < 4; i++) {
      assertTrue(held.hold(new Asker(NODE, i), longest));
    }

    assertFalse(held.hold(new Asker(NODE, 4), longest));
    held.release(new Asker(NODE, 0));
    assertTrue(held.hold(new Asker(NODE, 4), longest));
  }
}
