package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.cluster.mail.Item;
import io.tcpbalance.cluster.mail.Mail.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LinkTest {

  private static final long LATER = Duration.ofSeconds(1).toNanos();

  private record Word(int number, int roughBytes) implements Item {}

  private final Link<Word, Word> near = new Link<>();
  private final Link<Word, Word> far = new Link<>();
  private final List<Integer> heard = new ArrayList<>();

  private void offer(int... numbers) {
    for (int number : numbers) {
      near.offer(new Word(number, 100));
    }
  }

  private void hear(Frame<Word> frame) {
    far.receive(frame, 0, word -> heard.add(word.number()));
  }

  private Frame<Word> next(long nowNanos) {
    return near.next(nowNanos).orElseThrow();
  }

  @Test
  void handsOnEachItemOnceAndInOrder() {
    offer(1, 2);
    Frame<Word> first = next(0);
    offer(3);
    Frame<Word> second = next(0);

    hear(second);
    hear(first);
    hear(first);
    hear(second);

    assertEquals(List.of(1, 2, 3), heard);
  }

  @Test
  void sendsAgainWhatIsNotAcknowledged() {
    offer(1, 2);
    hear(next(0));
    near.receive(far.acknowledgement(), 0, word -> {});
    offer(3);
    next(0);
    assertEquals(Optional.empty(), near.next(0));

    near.tick(LATER);
    hear(next(LATER));

    assertEquals(List.of(1, 2, 3), heard);
  }

  @Test
  void takesAcknowledgementsOfWhatItWasAboutToSendAgain() {
    offer(1, 2);
    hear(next(0));
    near.tick(LATER);

    near.receive(far.acknowledgement(), LATER, word -> {});

    assertEquals(2, near.acknowledged());
    assertEquals(Optional.empty(), near.next(LATER));
  }

  @Test
  void putsIntoOneFrameWhatFits() {
    for (int i = 0; i < 1000; i++) {
      near.offer(new Word(i, 1000));
    }

    Frame<Word> frame = next(0);

    assertTrue(frame.items().size() < 70 && frame.items().size() > 50, "" + frame.items().size());
  }

  @Test
  void sendsAnItemOfAnySize() {
    near.offer(new Word(1, 1_000_000));

    assertEquals(1, next(0).items().size());
  }

  @Test
  void doesNotFloodTheNetwork() {
    int frames = 0;
    for (int i = 0; i < 10_000; i++) {
      near.offer(new Word(i, 10));
    }
    int items = 0;
    for (Optional<Frame<Word>> f = near.next(0); f.isPresent(); f = near.next(0)) {
      frames++;
      items += f.get().items().size();
    }

    assertTrue(items < 10_000, frames + " frames with " + items + " items");
  }

  @Test
  void boundsTheBytesThatAreUnderWay() {
    for (int i = 0; i < 1000; i++) {
      near.offer(new Word(i, 10_000));
    }

    int first = sendAll(0);
    assertTrue(first >= 100 && first < 120, first + " items");
    assertEquals(0, sendAll(0));

    near.receive(far.acknowledgement(), LATER, word -> {});
    int second = sendAll(LATER);
    assertTrue(second >= 100 && second < 120, second + " more");
    near.tick(2 * LATER);
    assertEquals(second, sendAll(2 * LATER), "what was not acknowledged, again");
  }

  /** Returns how many items. */
  private int sendAll(long nowNanos) {
    int items = 0;
    for (Optional<Frame<Word>> f = near.next(nowNanos); f.isPresent(); f = near.next(nowNanos)) {
      items += f.get().items().size();
      hear(f.get());
    }
    return items;
  }
}
