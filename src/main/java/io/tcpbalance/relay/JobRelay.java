package io.tcpbalance.relay;

import io.tcpbalance.relay.RelayEnd.Cause;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A relay that keeps a client's whole request, so that it can be sent to one back-end after the
 * other until one has answered; only then does the client get a byte, but for heart-beats.
 *
 * <p>The client's part: {@code receiving → waiting (for a back-end, or for its answer) → replying};
 * the back-end's part is a {@link JobAttempt}. What cannot be kept is relayed by a {@link Transfer}
 * from the moment that there is a back-end, or that the answer proves too large, and has no second
 * try. The end of the client's stream is an abort at any time.
 */
public final class JobRelay extends Relay {

  /** What is being done for a client. */
  public enum Stage {
    /** Its request comes in. */
    RECEIVING,
    /** Its request is here, and no back-end has accepted it. */
    WAITING,
    /** A back-end takes its request. */
    SENDING,
    /** A back-end has its request. */
    WORKING,
    /** It takes its answer. */
    REPLYING,
    /** It is relayed as a stream. */
    STREAMING
  }

  private final Endpoint client;
  private final JobPolicy jobs;
  private final JobWire wire;
  private final JobIntake intake;
  private @Nullable JobHandler handler;

  /** A try that goes on. */
  private @Nullable JobAttempt attempt;

  /** Of an earlier try: what the client gets if there is none better. */
  private @Nullable KeptAnswer lastAnswer;

  /** Set once the client's answer is known. */
  private MessageStore.@Nullable Writer reply;

  /** The beginning of a request that is not kept, while it is written. */
  private MessageStore.@Nullable Writer head;

  /** Set once the two sides are joined as streams. */
  private @Nullable Transfer transfer;

  /** A heart-beat that the client's socket did not take at once. */
  private @Nullable ByteBuffer beat;

  /** For those who look from outside. */
  private volatile Stage stage = Stage.RECEIVING;

  private long lastReadNanos;
  private long lastWriteNanos;

  JobRelay(
      RelayLoop loop,
      RelayGroup group,
      SocketChannel channel,
      SocketAddress clientAddress,
      JobPolicy jobs) {
    super(loop, group, clientAddress);
    client = new Endpoint(this, loop, channel);
    this.jobs = jobs;
    wire = jobs.wires().get();
    intake = new JobIntake(client, wire, loop.jobChunks(), () -> execute(this::onMemoryGranted));
  }

  /** At this moment. */
  public Stage stage() {
    return stage;
  }

  /** Names who is told what happens, and begins to read. The first call of all, once. */
  public void start(JobHandler told) {
    execute(
        () -> {
          handler = told;
          tell(told);
          if (!hasEnded()) {
            lastReadNanos = loop.nowNanos();
            client.register(SelectionKey.OP_READ);
            takeOver();
          }
        });
  }

  private void takeOver() {
    Surrendered given = takeInherited();
    if (given == null) {
      return;
    }
    try {
      intake.inherit(given.received());
      KeptAnswer answer = new KeptAnswer(loop.jobChunks());
      if (answer.inherit(given.lastAnswer())) {
        lastAnswer = answer;
      }
    } finally {
      given.copied().run();
    }
    wire.resumeHeartBeats(given.heardBytes());
    traffic.countIn(intake.request().size());
    traffic.countOut(given.heardBytes());
    received(intake.state());
    updateInterest();
  }

  @Override
  @Nullable Surrendered giveAway() {
    boolean received = intake.state() == JobWire.Request.WHOLE || isStream();
    if (!received || reply != null) {
      return null;
    }
    client.giveAway();
    return new Surrendered(
        client.channel(),
        intake.request().pieces(),
        false,
        bytesHeard(),
        lastAnswer == null ? List.of() : lastAnswer.pieces(),
        () -> execute(this::discardKept));
  }

  private boolean isStream() {
    return intake.state() == JobWire.Request.STREAM;
  }

  private void discardKept() {
    intake.discard();
    if (lastAnswer != null) {
      lastAnswer.discard();
    }
  }

  /**
   * Gives up the try that goes on, if any, or the connect, as if this machine were to blame; either
   * is told. One that is relayed as a stream is lost.
   */
  public void abandon(String reason) {
    execute(
        () -> {
          if (attempt != null) {
            leave(attempt, AttemptEnd.Result.ABANDONED, reason);
          } else if (transfer != null) {
            end(Cause.CLOSED);
          } else {
            cancelConnect(reason);
          }
        });
  }

  /** Answers the client with this; ignored while a back-end works for it. */
  public void answer(ByteBuffer message) {
    execute(
        () -> {
          if (isHeld() && reply == null) {
            reply(MessageStore.Writer.of(message));
          }
        });
  }

  /**
   * Answers the client with the last whole answer of a back-end that had failed; without one,
   * closes its connection. Ignored while a back-end works for it.
   */
  public void giveUp() {
    execute(
        () -> {
          if (!isHeld() || reply != null) {
            return;
          }
          if (lastAnswer == null) {
            end(Cause.CLOSED);
          } else {
            reply(lastAnswer.writer());
          }
        });
  }

  @Override
  void onConnect(InetSocketAddress address) throws IOException {
    JobWire.Request received = intake.state();
    boolean ready = received == JobWire.Request.WHOLE || isStream();
    if (isHeld() && ready && reply == null) {
      openBackend(address);
    }
  }

  @Override
  void joined(Endpoint backend) throws IOException {
    if (isStream()) {
      head = intake.request().writer();
      lastWriteNanos = loop.nowNanos();
      writeHead(backend);
      return;
    }
    attempt =
        new JobAttempt(loop, backend, wire, jobs, intake.request().writer(), loop.jobChunks());
    follow(attempt, attempt.start());
  }

  /** Of a request that is not kept: what has come of it goes first, from where it lies. */
  private void writeHead(Endpoint backend) throws IOException {
    MessageStore.Writer first = head;
    if (first == null) {
      return;
    }
    show(Stage.SENDING);
    try {
      if (first.writeTo(backend.channel()) > 0) {
        lastWriteNanos = loop.nowNanos();
      }
    } catch (IOException e) {
      end(Cause.BACKEND_RESET);
      return;
    }
    if (first.isDone()) {
      head = null;
      intake.discard();
      stream(backend, new Backlog(loop.chunks()));
    } else {
      backend.want(SelectionKey.OP_WRITE);
    }
  }

  private void show(Stage now) {
    if (stage != now) {
      stage = now;
    }
  }

  private void stream(Endpoint backend, Backlog toClient) throws IOException {
    show(Stage.STREAMING);
    Backlog toBackend = new Backlog(loop.chunks());
    transfer = new Transfer(this, loop, false, traffic, client, backend, toBackend, toClient);
    transfer.start();
  }

  @Override
  void heldAgain() {}

  @Override
  void ready(Endpoint end, int ops) throws IOException {
    if (transfer != null) {
      transfer.ready(end, ops);
    } else if (end == client) {
      onClientReady(ops);
    } else if (head != null) {
      writeHead(end);
    } else if (attempt != null) {
      follow(attempt, attempt.ready(ops));
    }
  }

  private void onClientReady(int ops) throws IOException {
    if ((ops & SelectionKey.OP_WRITE) != 0) {
      writeReply();
    }
    if ((ops & SelectionKey.OP_READ) != 0 && !hasEnded()) {
      if (intake.state() == JobWire.Request.NEED_MORE) {
        receive();
      } else {
        watch();
      }
    }
  }

  private void receive() {
    long count;
    try {
      count = intake.read();
    } catch (IOException e) {
      end(Cause.CLIENT_GONE);
      return;
    }
    if (count < 0) {
      end(Cause.CLIENT_GONE);
    } else if (count > 0) {
      lastReadNanos = loop.nowNanos();
      traffic.countIn(count);
      received(intake.state());
    }
    updateInterest();
  }

  private void received(JobWire.Request state) {
    if (intake.hasExtraBytes()) {
      malformed("bytes after the end of the request");
      return;
    }
    switch (state) {
      case NEED_MORE -> {}
      case MALFORMED -> malformed(wire.complaint());
      case WHOLE, STREAM -> {
        lastWriteNanos = loop.nowNanos();
        show(Stage.WAITING);
        told().requestReceived(wire, state == JobWire.Request.WHOLE);
      }
    }
  }

  private void malformed(String complaint) {
    told().malformed(complaint);
    end(Cause.MALFORMED);
  }

  /** Nothing is to come but the end, unless the answer has come before the request was whole. */
  private void watch() {
    boolean drains = isStream();
    long count;
    try {
      count = client.channel().read(drains ? loop.readBuffer() : loop.readBuffer().limit(1));
    } catch (IOException e) {
      end(Cause.CLIENT_GONE);
      return;
    }
    if (count < 0) {
      end(drains && reply != null && reply.isDone() ? Cause.FINISHED : Cause.CLIENT_GONE);
    } else if (count > 0 && drains) {
      lastWriteNanos = loop.nowNanos();
    } else if (count > 0) {
      malformed("bytes after the end of the request");
    }
  }

  private void onMemoryGranted() {
    intake.memoryGranted();
    lastReadNanos = loop.nowNanos();
    updateInterest();
  }

  private void updateInterest() {
    // What is relayed as a stream is read when there is a back-end to take it.
    boolean reads =
        intake.state() == JobWire.Request.NEED_MORE
            ? intake.mayRead()
            : intake.state() == JobWire.Request.WHOLE || reply != null;
    int writes = reply != null && !reply.isDone() ? SelectionKey.OP_WRITE : 0;
    client.want((reads ? SelectionKey.OP_READ : 0) | writes);
  }

  private void follow(JobAttempt now, JobAttempt.State state) throws IOException {
    switch (state) {
      case GOES_ON -> show(now.isSent() ? Stage.WORKING : Stage.SENDING);
      case ANSWERED -> {
        KeptAnswer answer = now.answer();
        leave(now, AttemptEnd.Result.ANSWERED, "");
        keep(answer);
        reply(answer.writer());
      }
      case BROKE_OFF -> leave(now, AttemptEnd.Result.BROKE_OFF, now.reason());
      case HOST_FAULT -> leave(now, AttemptEnd.Result.HOST_FAULT, now.reason());
      case TIMED_OUT -> leave(now, AttemptEnd.Result.TIMED_OUT, now.reason());
      case TOO_LARGE -> streamAnswer(now);
    }
  }

  /** Its socket is closed, and the end told after that. */
  private void leave(JobAttempt left, AttemptEnd.Result result, String reason) {
    AttemptEnd end = left.end(result, reason);
    attempt = null;
    show(Stage.WAITING);
    if (left.isDeliverable()) {
      keep(left.answer());
    } else if (result != AttemptEnd.Result.ANSWERED) {
      left.answer().discard();
    }
    leaveBackend(() -> told().attemptEnded(end, wire));
  }

  private void keep(KeptAnswer answer) {
    if (lastAnswer != null) {
      lastAnswer.discard();
    }
    lastAnswer = answer;
  }

  /** From here on there is no way back: the client gets what comes. */
  private void streamAnswer(JobAttempt now) throws IOException {
    attempt = null;
    intake.discard();
    Backlog toClient = new Backlog(loop.chunks());
    now.answer().store().show(bytesHeard(), toClient::append);
    now.answer().discard();
    stream(now.backend(), toClient);
  }

  private void reply(MessageStore.Writer answer) throws IOException {
    reply = answer;
    show(Stage.REPLYING);
    intake.discard();
    answer.skip(bytesHeard());
    lastWriteNanos = loop.nowNanos();
    writeReply();
  }

  private void writeReply() throws IOException {
    MessageStore.Writer answer = reply;
    if (answer == null) {
      return;
    }
    try {
      long count = answer.writeTo(client.channel());
      if (count > 0) {
        traffic.countOut(count);
        lastWriteNanos = loop.nowNanos();
      }
    } catch (IOException e) {
      end(Cause.CLIENT_GONE);
      return;
    }
    if (answer.isDone() && !isStream()) {
      end(Cause.FINISHED);
    } else {
      // Closing before the client has sent all would take the answer away from it.
      updateInterest();
    }
  }

  @Override
  void sweepIdle(long nowNanos) throws IOException {
    if (transfer != null) {
      if (nowNanos - transfer.lastByteNanos() >= policy().idleTimeout().toNanos()) {
        end(Cause.IDLE);
      }
      return;
    }
    long stalledNanos = jobs.receiveTimeout().toNanos();
    if (intake.state() == JobWire.Request.NEED_MORE) {
      boolean silent = nowNanos - lastReadNanos >= stalledNanos;
      if (intake.mayRead() && (silent || intake.hoards(nowNanos))) {
        end(Cause.STALLED);
      }
    } else if (reply != null) {
      if (nowNanos - lastWriteNanos >= stalledNanos) {
        end(Cause.STALLED);
      }
    } else if (intake.state() == JobWire.Request.WHOLE) {
      sweepWaiting(nowNanos);
    } else if (head != null && nowNanos - lastWriteNanos >= stalledNanos) {
      end(Cause.IDLE);
    }
  }

  private void sweepWaiting(long nowNanos) throws IOException {
    if (nowNanos - lastWriteNanos >= jobs.heartbeatInterval().toNanos()) {
      beat(nowNanos);
    }
    if (attempt != null) {
      follow(attempt, attempt.sweep(nowNanos));
    }
  }

  private void beat(long nowNanos) {
    ByteBuffer next = beat != null ? beat : wire.heartBeat();
    try {
      int count = client.channel().write(next);
      if (count > 0) {
        lastWriteNanos = nowNanos;
        traffic.countOut(count);
      }
    } catch (IOException e) {
      end(Cause.CLIENT_GONE);
      return;
    }
    beat = next.hasRemaining() ? next : null;
  }

  /** How much of its answer the client has: not the heart-beat that waits for its socket. */
  private int bytesHeard() {
    return wire.heartBeatsSent() - (beat == null ? 0 : beat.remaining());
  }

  @Override
  void discard() {
    if (!client.isGivenAway()) {
      discardKept();
    }
    if (attempt != null) {
      attempt.answer().discard();
      attempt = null; // told by the end, not once more by what comes too late
    }
    if (transfer != null) {
      transfer.discard();
    }
    client.close();
  }

  private JobHandler told() {
    return Objects.requireNonNull(handler, "start comes first");
  }
}
