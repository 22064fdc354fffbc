package io.tcpbalance.admin.live;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** The way to the {@link LiveFeed}. Any thread may call. */
public final class Live {

  /** How many may look at once. */
  public static final int MAX_VIEWERS = 64;

  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

  private final ActorRef<LiveFeed.Command> feed;
  private final LiveFeed.Estate estate;
  private final Scheduler scheduler;

  public Live(ActorRef<LiveFeed.Command> feed, LiveFeed.Estate estate, Scheduler scheduler) {
    this.feed = feed;
    this.estate = estate;
    this.scheduler = scheduler;
  }

  /** The state of all proxies, in JSON; fails with a time-out if there is none. */
  public CompletionStage<ByteString> state() {
    return AskPattern.ask(feed, LiveFeed.Describe::new, ANSWER_TIMEOUT, scheduler);
  }

  /** Server-sent events, without end, to be run once; nothing if there are too many viewers. */
  public Optional<Source<ByteString, NotUsed>> events() {
    return estate.seats.isFull()
        ? Optional.empty()
        : Optional.of(Source.fromGraph(new ViewerStream(feed, estate.seats)));
  }
}
