package io.tcpbalance.admin.live;

import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.ReloadReport;
import io.tcpbalance.admin.Texts;
import io.tcpbalance.admin.Upgrading;
import io.tcpbalance.balancer.BackendHealthChanged;
import io.tcpbalance.balancer.StallChanged;
import io.tcpbalance.state.AuditEntry;
import io.tcpbalance.supervision.ActorRestarting;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the proxies for all viewers, and tells each what has changed. While there is no viewer
 * it only gathers notices.
 *
 * <p>Two looks begin {@link #REST} apart or more, and never overlap. Its end, and its restart, end
 * all streams; viewers come again by themselves.
 */
public final class LiveFeed extends AbstractBehavior<LiveFeed.Command> {

  /** What the feed is told. */
  public sealed interface Command {}

  /** The viewer is to be shown the whole state, and from then on whatever changes. */
  record ShowAll(ViewerStream.Viewer viewer) implements Command {}

  /** The viewer has gone. */
  record Leave(ViewerStream.Viewer viewer) implements Command {}

  /** Asks for the whole state, in JSON. */
  record Describe(ActorRef<ByteString> replyTo) implements Command {}

  private record Looked(List<LiveProxy> proxies) implements Command {}

  private record NotLooked(Throwable failure) implements Command {}

  private record Noticed(Notice notice) implements Command {}

  /** Something that another feed has taken notice of. */
  private record Heard(Notice notice) implements Command {}

  private enum Tick implements Command {
    REST_OVER,
    ALIVE,
    PULSE,
    BURST_OVER
  }

  /** What outlives a life of this actor. */
  public static final class Estate {
    final Notices notices = new Notices();
    final Seats<ViewerStream.Viewer> seats = new Seats<>(Live.MAX_VIEWERS);
    private @Nullable ActorRef<Command> feed;

    /**
     * The latest notices, the newest one last, for a feed in other code.
     *
     * @param told each that comes from now on; must not block
     */
    public List<Notice> bequeath(Consumer<Notice> told) {
      return notices.bequeath(told);
    }

    /** Takes what another feed noticed, before its own has begun or while it lives. */
    public synchronized void hear(Notice notice) {
      if (feed == null) {
        notices.keep(notice);
      } else {
        feed.tell(new Heard(notice));
      }
    }

    private synchronized void serves(ActorRef<Command> begun) {
      feed = begun;
    }
  }

  /** Between the beginnings of two looks. */
  static final Duration REST = Duration.ofMillis(250);

  private static final Duration ALIVE_INTERVAL = Duration.ofSeconds(5);

  /** Between two attempts to write, which alone tell that a viewer has gone. */
  private static final Duration PULSE_INTERVAL = Duration.ofSeconds(1);

  /** How long a burst of notices is taken to last. */
  private static final Duration BURST = Duration.ofSeconds(1);

  private final TimerScheduler<Command> timers;
  private final Proxies proxies;
  private final Upgrading upgrading;
  private final InstantSource wallClock;
  private final Estate estate;
  private final Frames frames;
  private final News news;

  private final Replays replays = new Replays();
  private final Set<ViewerStream.Viewer> viewers = new HashSet<>();

  /** Those of them who are to be shown what the look that is to come, or under way, will see. */
  private final Set<ViewerStream.Viewer> toBeShown = new HashSet<>();

  private final List<ActorRef<ByteString>> toBeAnswered = new ArrayList<>();

  /** What was seen last. */
  private List<LiveProxy> seen = List.of();

  private LiveCode code;

  /** In JSON, with the notices, if it was asked for since. */
  private @Nullable ByteString state;

  private boolean looking;

  /** A look has begun less than {@link #REST} ago. */
  private boolean resting;

  private LiveFeed(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Proxies proxies,
      Upgrading upgrading,
      boolean drills,
      InstantSource wallClock,
      Estate estate) {
    super(context);
    this.timers = timers;
    this.proxies = proxies;
    this.upgrading = upgrading;
    code = LiveCode.of(upgrading.generations());
    this.wallClock = wallClock;
    this.estate = estate;
    frames = new Frames(Texts.version(), drills);
    news = new News(wallClock);
    estate.serves(context.getSelf());
    takeNoticeOf(BackendHealthChanged.class, news::of);
    takeNoticeOf(StallChanged.class, news::of);
    takeNoticeOf(AuditEntry.class, news::of);
    takeNoticeOf(ReloadReport.class, news::of);
    takeNoticeOf(ActorRestarting.class, news::of);
  }

  /**
   * A feed, not yet supervised.
   *
   * @param upgrading is asked which code there is
   * @param drills whether actors can be killed, which viewers are told
   * @param estate belongs to one feed, with all of its lives
   */
  public static Behavior<Command> create(
      Proxies proxies,
      Upgrading upgrading,
      boolean drills,
      InstantSource wallClock,
      Estate estate) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                context ->
                    new LiveFeed(context, timers, proxies, upgrading, drills, wallClock, estate)));
  }

  private <E> void takeNoticeOf(Class<E> events, Function<E, Notice> words) {
    ActorRef<E> here =
        getContext().messageAdapter(events, event -> new Noticed(words.apply(event)));
    getContext().getSystem().eventStream().tell(new EventStream.Subscribe<>(events, here));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(ShowAll.class, this::onShowAll)
        .onMessage(Leave.class, this::onLeave)
        .onMessage(Describe.class, this::onDescribe)
        .onMessage(Looked.class, this::onLooked)
        .onMessage(NotLooked.class, this::onNotLooked)
        .onMessage(Noticed.class, this::onNoticed)
        .onMessage(Heard.class, this::onHeard)
        .onMessageEquals(Tick.REST_OVER, this::onRestOver)
        .onMessageEquals(Tick.ALIVE, this::onAlive)
        .onMessageEquals(Tick.PULSE, this::onPulse)
        .onMessageEquals(Tick.BURST_OVER, this::onBurstOver)
        .onSignal(PreRestart.class, signal -> onEnd())
        .onSignal(PostStop.class, signal -> onEnd())
        .build();
  }

  private Behavior<Command> onShowAll(ShowAll m) {
    if (viewers.isEmpty()) {
      timers.startTimerWithFixedDelay(Tick.ALIVE, ALIVE_INTERVAL);
      timers.startTimerWithFixedDelay(Tick.PULSE, PULSE_INTERVAL);
    }
    viewers.add(m.viewer());
    if (hasJustLooked()) {
      m.viewer().show(frames.state(state()));
    } else {
      toBeShown.add(m.viewer());
      lookUnlessResting();
    }
    return this;
  }

  private Behavior<Command> onLeave(Leave m) {
    toBeShown.remove(m.viewer());
    viewers.remove(m.viewer());
    if (viewers.isEmpty()) {
      timers.cancel(Tick.ALIVE);
      timers.cancel(Tick.PULSE);
      replays.forget();
    }
    return this;
  }

  private Behavior<Command> onDescribe(Describe m) {
    if (hasJustLooked()) {
      m.replyTo().tell(state());
    } else {
      toBeAnswered.add(m.replyTo());
      lookUnlessResting();
    }
    return this;
  }

  private boolean hasJustLooked() {
    return resting && !looking;
  }

  private ByteString state() {
    ByteString now = state;
    if (now == null) {
      now = frames.state(wallClock.instant(), code, seen, estate.notices.all());
      state = now;
    }
    return now;
  }

  private void lookUnlessResting() {
    if (resting || looking) {
      return;
    }
    resting = true;
    looking = true;
    timers.startSingleTimer(Tick.REST_OVER, REST);
    getContext()
        .pipeToSelf(
            Glance.at(proxies, seen),
            (now, failure) ->
                now != null
                    ? new Looked(List.copyOf(now))
                    : new NotLooked(failure == null ? new IllegalStateException() : failure));
  }

  private Behavior<Command> onRestOver() {
    resting = false;
    return lookAgain();
  }

  private Behavior<Command> lookAgain() {
    if (!viewers.isEmpty() || !toBeAnswered.isEmpty()) {
      lookUnlessResting();
    }
    return this;
  }

  private Behavior<Command> onLooked(Looked m) {
    looking = false;
    Change change = Change.between(seen, m.proxies());
    seen = m.proxies();
    state = null;
    Optional<LiveCode> changed = lookAtCode();
    boolean isNews = !change.isEmpty() || changed.isPresent();
    if (isNews && viewers.size() > toBeShown.size()) {
      showAll(frames.change(wallClock.instant(), change, changed));
    }
    if (!viewers.isEmpty()) {
      seen.forEach(replays::see);
    }
    toBeShown.forEach(viewer -> viewer.show(frames.state(state())));
    toBeShown.clear();
    toBeAnswered.forEach(asker -> asker.tell(state()));
    toBeAnswered.clear();
    return lookAgain();
  }

  /** What there is now, if it was otherwise before. */
  private Optional<LiveCode> lookAtCode() {
    LiveCode before = code;
    code = LiveCode.of(upgrading.generations());
    return code.equals(before) ? Optional.empty() : Optional.of(code);
  }

  private Behavior<Command> onNotLooked(NotLooked m) {
    throw new IllegalStateException("the proxies could not be looked at", m.failure());
  }

  private Behavior<Command> onNoticed(Noticed m) {
    if (!estate.notices.inBurst()) {
      timers.startSingleTimer(Tick.BURST_OVER, BURST);
    }
    if (estate.notices.add(m.notice())) {
      showNotice(m.notice());
    }
    return this;
  }

  /** It is one of those that were left over by a burst elsewhere, if there was one. */
  private Behavior<Command> onHeard(Heard m) {
    estate.notices.keep(m.notice());
    showNotice(m.notice());
    return this;
  }

  private Behavior<Command> onBurstOver() {
    int leftOut = estate.notices.endBurst();
    if (leftOut > 0) {
      onNoticed(new Noticed(news.more(leftOut)));
    }
    return this;
  }

  private void showNotice(Notice notice) {
    state = null;
    if (!viewers.isEmpty()) {
      showAll(frames.notice(notice));
    }
  }

  private Behavior<Command> onAlive() {
    showAll(frames.alive(wallClock.instant()));
    seen.forEach(this::tellOfReplays);
    return this;
  }

  private Behavior<Command> onPulse() {
    showAll(Frames.PULSE);
    return this;
  }

  private void tellOfReplays(LiveProxy proxy) {
    Map<String, Long> counts = replays.news(proxy);
    if (!counts.isEmpty()) {
      onNoticed(new Noticed(news.ofReplays(proxy.name(), counts)));
    }
  }

  private void showAll(Frame frame) {
    viewers.forEach(viewer -> viewer.show(frame));
  }

  /** Also those whom it has not heard of yet. */
  private Behavior<Command> onEnd() {
    estate.notices.endBurst();
    estate.seats.all().forEach(ViewerStream.Viewer::close);
    return this;
  }
}
