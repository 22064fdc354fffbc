package io.tcpbalance.cluster.remote;

import io.tcpbalance.admin.ApiError;
import io.tcpbalance.admin.nodes.RemoteAnswer;
import io.tcpbalance.admin.nodes.RemoteRequest;
import io.tcpbalance.admin.nodes.Servant;
import io.tcpbalance.cluster.Membership;
import io.tcpbalance.cluster.Post;
import io.tcpbalance.cluster.mail.NodeId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * Carries questions to other nodes and has their questions answered here. Its path is the same on
 * all nodes. What is under way is lost when it fails; time-outs tell.
 */
final class Carrier extends AbstractBehavior<Object> {

  /** Has a node asked; answered in any case, perhaps with a {@link TimeoutException}. */
  record Carry(
      NodeId to,
      RemoteRequest request,
      Duration timeout,
      ActorRef<StatusReply<RemoteAnswer>> replyTo) {}

  private record GaveUp(long id) {}

  private record Served(Asker by, RemoteAnswer answer) {}

  private record NotServed(Asker by, Throwable cause) {
    static NotServed because(Asker by, @Nullable Throwable failure) {
      if (failure == null) {
        return new NotServed(by, new IllegalStateException("no answer"));
      }
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      return new NotServed(by, cause == null ? failure : cause);
    }
  }

  private record Abandoned(Asker by) {}

  /** A question that another node has not answered yet, or not wholly. */
  private static final class Open {
    final Carry asked;
    @Nullable Incoming answer;

    Open(Carry asked) {
      this.asked = asked;
    }
  }

  /** From one part of an answer to the next, before its reader is taken to be gone. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final TimerScheduler<Object> timers;
  private final NodeId self;
  private final Map<String, Servant> servants;
  private final Cluster cluster;
  private final Map<Long, Open> questions = new HashMap<>();
  private final HeldAnswers held = new HeldAnswers();

  /** Not those of another life of this actor. */
  private long lastId = ThreadLocalRandom.current().nextLong();

  private Carrier(
      ActorContext<Object> context,
      TimerScheduler<Object> timers,
      NodeId self,
      Map<String, Servant> servants) {
    super(context);
    context.setLoggerName(Carrier.class);
    this.timers = timers;
    this.self = self;
    this.servants = servants;
    cluster = Cluster.get(context.getSystem());
  }

  /**
   * One, not yet supervised.
   *
   * @param servants by the interface for which they answer; more may come
   */
  static Behavior<Object> create(NodeId self, ConcurrentHashMap<String, Servant> servants) {
    return Behaviors.withTimers(
        timers -> Behaviors.setup(context -> new Carrier(context, timers, self, servants)));
  }

  @Override
  public Receive<Object> createReceive() {
    return newReceiveBuilder()
        .onMessage(Carry.class, this::onCarry)
        .onMessage(GaveUp.class, this::onGaveUp)
        .onMessage(Parcel.class, this::onParcel)
        .onMessage(Served.class, this::onServed)
        .onMessage(NotServed.class, this::onNotServed)
        .onMessage(Abandoned.class, this::onAbandoned)
        .build();
  }

  private Behavior<Object> onCarry(Carry m) {
    long id = ++lastId;
    questions.put(id, new Open(m));
    timers.startSingleTimer(id, new GaveUp(id), m.timeout());
    send(m.to(), new Parcel.Question(id, m.request()));
    return this;
  }

  private Behavior<Object> onGaveUp(GaveUp m) {
    Open open = questions.remove(m.id());
    if (open != null) {
      open.asked
          .replyTo()
          .tell(StatusReply.error(new TimeoutException(open.asked.to() + " is silent")));
    }
    return this;
  }

  /** Nothing is ever sent to oneself: what says so is forged. */
  private Behavior<Object> onParcel(Parcel parcel) {
    if (!parcel.to().equals(self)
        || parcel.from().equals(self)
        || !Membership.counts(cluster, parcel.from())) {
      return this;
    }
    Asker asker = new Asker(parcel.from(), parcel.content().id());
    if (parcel.content() instanceof Parcel.Question m) {
      serve(asker, m.request());
    } else if (parcel.content() instanceof Parcel.More m) {
      sendMore(asker, m.from());
    } else {
      collect(parcel);
    }
    return this;
  }

  private void serve(Asker by, RemoteRequest request) {
    Servant servant = servants.get(request.via());
    if (servant == null) {
      answer(by, ApiError.interfaceSilent(self.toString()).toAnswer());
      return;
    }
    getContext()
        .pipeToSelf(
            servant.serve(request.carriedBy(by.node().toString())),
            (answer, failure) ->
                answer != null ? new Served(by, answer) : NotServed.because(by, failure));
  }

  private Behavior<Object> onServed(Served m) {
    answer(m.by(), m.answer());
    return this;
  }

  /** The actor behind the interface may be restarting, or something unforeseen has happened. */
  private Behavior<Object> onNotServed(NotServed m) {
    if (m.cause() instanceof TimeoutException) {
      answer(m.by(), ApiError.interfaceSilent(self.toString()).toAnswer());
    } else {
      getContext().getLog().error("a request of node {} failed", m.by().node(), m.cause());
      answer(m.by(), ApiError.bug().toAnswer());
    }
    return this;
  }

  private void answer(Asker to, RemoteAnswer answer) {
    Outgoing outgoing = new Outgoing(answer);
    if (outgoing.size() > Outgoing.MAX_BYTES) {
      outgoing = new Outgoing(ApiError.answerTooLong(outgoing.size()).toAnswer());
    } else if (!outgoing.endsWithPartAt(0)) {
      if (held.hold(to, outgoing)) {
        timers.startSingleTimer(to, new Abandoned(to), PATIENCE);
      } else {
        outgoing = new Outgoing(ApiError.nodeBusy(self.toString()).toAnswer());
      }
    }
    send(to.node(), outgoing.begin(to.id()));
  }

  private void sendMore(Asker to, int from) {
    held.part(to, from).ifPresent(part -> send(to.node(), part));
    if (held.has(to)) {
      timers.startSingleTimer(to, new Abandoned(to), PATIENCE);
    } else {
      timers.cancel(to);
    }
  }

  private Behavior<Object> onAbandoned(Abandoned m) {
    held.release(m.by());
    return this;
  }

  private void collect(Parcel parcel) {
    Open open = questions.get(parcel.content().id());
    if (open == null || !open.asked.to().equals(parcel.from())) {
      return;
    }
    if (parcel.content() instanceof Parcel.Reply m && open.answer == null) {
      open.answer = new Incoming(m);
      proceed(m.id(), open.asked, open.answer);
    } else if (parcel.content() instanceof Parcel.Part m
        && open.answer != null
        && open.answer.add(m)) {
      proceed(m.id(), open.asked, open.answer);
    }
  }

  private void proceed(long id, Carry asked, Incoming answer) {
    if (answer.isWhole()) {
      questions.remove(id);
      timers.cancel(id);
      asked.replyTo().tell(StatusReply.success(answer.answer()));
    } else {
      send(asked.to(), new Parcel.More(id, answer.size()));
    }
  }

  private void send(NodeId to, Parcel.Content content) {
    Post.at(getContext().getSystem(), to, getContext().getSelf().path())
        .tell(new Parcel(self, to, content));
  }
}
