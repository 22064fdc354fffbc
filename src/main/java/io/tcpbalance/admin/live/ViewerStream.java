package io.tcpbalance.admin.live;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * The events for one viewer, as fast as it takes them. {@code behind → up to date → behind → ...}:
 * one that is behind gets nothing until the feed has sent it the whole state, which it asks for
 * when it has taken all before.
 */
final class ViewerStream extends GraphStage<SourceShape<ByteString>> {

  /** What may wait for a viewer until it is behind; the whole state is not counted. */
  static final int MOST_WAITING_BYTES = 256 * 1024;

  private final Outlet<ByteString> out = Outlet.create("viewer.out");
  private final SourceShape<ByteString> shape = SourceShape.of(out);
  private final ActorRef<LiveFeed.Command> feed;
  private final Seats<Viewer> seats;

  ViewerStream(ActorRef<LiveFeed.Command> feed, Seats<Viewer> seats) {
    this.feed = feed;
    this.seats = seats;
  }

  @Override
  public SourceShape<ByteString> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inherited) {
    return new Viewer();
  }

  /** One viewer. Any thread may call {@link #show} and {@link #close}. */
  final class Viewer extends GraphStageLogic {

    private final AsyncCallback<Frame> shown = createAsyncCallback(this::onShown);
    private final AsyncCallback<Done> toClose = createAsyncCallback(done -> completeStage());
    private final Deque<Frame> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private boolean behind = true;
    private boolean asked;

    private Viewer() {
      super(shape);
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              advance();
            }
          });
    }

    /** Takes an event, or leaves it. One that has left does not notice. */
    void show(Frame frame) {
      shown.invoke(frame);
    }

    /** Ends the stream. */
    void close() {
      toClose.invoke(Done.getInstance());
    }

    @Override
    public void preStart() {
      if (seats.enter(this)) {
        ask();
      } else {
        completeStage();
      }
    }

    @Override
    public void postStop() {
      seats.leave(this);
      feed.tell(new LiveFeed.Leave(this));
    }

    private void ask() {
      asked = true;
      feed.tell(new LiveFeed.ShowAll(this));
    }

    private void onShown(Frame frame) {
      if (frame.whole()) {
        asked = false;
        behind = false;
        waiting.add(frame);
      } else if (!behind && waitingBytes + frame.bytes().size() <= MOST_WAITING_BYTES) {
        waiting.add(frame);
        waitingBytes += frame.bytes().size();
      } else {
        behind = true;
        waiting.clear();
        waitingBytes = 0;
      }
      advance();
    }

    private void advance() {
      if (!isAvailable(out)) {
        return;
      }
      Frame next = waiting.poll();
      if (next != null) {
        waitingBytes -= next.whole() ? 0 : next.bytes().size();
        push(out, next.bytes());
      } else if (behind && !asked) {
        ask();
      }
    }
  }
}
