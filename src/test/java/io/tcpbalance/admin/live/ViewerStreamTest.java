package io.tcpbalance.admin.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** One viewer, who takes events when the test says so. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ViewerStreamTest {

  private static final int BIG = ViewerStream.MOST_WAITING_BYTES / 2;

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<LiveFeed.Command> feed = kit.createTestProbe();
  private final Seats<ViewerStream.Viewer> seats = new Seats<>(1);

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void beginsWithTheWholeStateWhateverComesBefore() throws Exception {
    SinkQueueWithCancel<ByteString> taker = enter();
    ViewerStream.Viewer viewer = expectToBeAsked();
    viewer.show(frame("early", false));

    viewer.show(frame("state", true));
    viewer.show(frame("change", false));

    assertEquals("state", take(taker));
    assertEquals("change", take(taker));
    leave(taker);
  }

  @Test
  void oneThatReadsTooSlowlyGetsTheWholeStateInsteadOfItsBacklog() throws Exception {
    SinkQueueWithCancel<ByteString> taker = enter();
    ViewerStream.Viewer viewer = expectToBeAsked();
    viewer.show(frame("state", true));
    assertEquals("state", take(taker));
    // The taker holds one, and asks for one more that it does not take.
    viewer.show(frame("held", false));
    String big = "b".repeat(BIG);
    for (int i = 0; i < 10; i++) {
      viewer.show(frame(big, false));
    }
    feed.expectNoMessage(Duration.ZERO);

    assertEquals("held", take(taker));
    assertEquals(viewer, expectToBeAsked());
    viewer.show(frame("missed while it is behind", false));
    viewer.show(frame("state again", true));
    viewer.show(frame("change", false));

    assertEquals("state again", take(taker));
    assertEquals("change", take(taker));
    leave(taker);
  }

  @Test
  void oneForWhomThereIsNoSeatEndsAtOnce() throws Exception {
    SinkQueueWithCancel<ByteString> first = enter();
    expectToBeAsked();

    SinkQueueWithCancel<ByteString> second = enter();

    assertEquals(Optional.empty(), second.pull().toCompletableFuture().get(20, TimeUnit.SECONDS));
    feed.expectMessageClass(LiveFeed.Leave.class);
    assertTrue(seats.isFull());
    leave(first);
  }

  @Test
  void endsWhenTheFeedSaysSo() throws Exception {
    SinkQueueWithCancel<ByteString> taker = enter();

    expectToBeAsked().close();

    assertEquals(Optional.empty(), taker.pull().toCompletableFuture().get(20, TimeUnit.SECONDS));
    feed.expectMessageClass(LiveFeed.Leave.class);
    assertFalse(seats.isFull());
  }

  private SinkQueueWithCancel<ByteString> enter() {
    return Source.fromGraph(new ViewerStream(feed.ref(), seats))
        .runWith(
            Sink.<ByteString>queue().withAttributes(Attributes.inputBuffer(1, 1)), kit.system());
  }

  private ViewerStream.Viewer expectToBeAsked() {
    return feed.expectMessageClass(LiveFeed.ShowAll.class).viewer();
  }

  private static Frame frame(String text, boolean whole) {
    return new Frame(ByteString.fromString(text), whole);
  }

  private static String take(SinkQueueWithCancel<ByteString> taker) throws Exception {
    return taker.pull().toCompletableFuture().get(20, TimeUnit.SECONDS).orElseThrow().utf8String();
  }

  private void leave(SinkQueueWithCancel<ByteString> taker) {
    taker.cancel();
    feed.expectMessageClass(LiveFeed.Leave.class);
    assertFalse(seats.isFull());
  }
}
