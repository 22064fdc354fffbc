package io.tcpbalance.relay;

import java.io.IOException;
import java.nio.channels.SelectionKey;

/**
 * One try of a job on one back-end: the whole request goes out, the answer comes in and is kept
 * until it is whole. Never half-closes the back-end and never sends a byte more, which it would
 * take for its client's death. Belongs to the loop's thread.
 */
final class JobAttempt {

  /** How far it is; all but {@code GOES_ON} are final. */
  enum State {
    GOES_ON,
    ANSWERED,
    BROKE_OFF,
    HOST_FAULT,
    TIMED_OUT,
    /** The answer is larger than what may be kept. */
    TOO_LARGE
  }

  private final RelayLoop loop;
  private final Endpoint backend;
  private final JobWire wire;
  private final JobPolicy policy;
  private final MessageStore.Writer request;
  private final KeptAnswer answer;
  private final long startedNanos;
  private long lastWriteNanos;
  private boolean sent;
  private long sentNanos;
  private State state = State.GOES_ON;
  private String reason = "";
  private boolean deliverable;

  JobAttempt(
      RelayLoop loop,
      Endpoint backend,
      JobWire wire,
      JobPolicy policy,
      MessageStore.Writer request,
      JobChunks chunks) {
    this.loop = loop;
    this.backend = backend;
    this.wire = wire;
    this.policy = policy;
    this.request = request;
    answer = new KeptAnswer(chunks);
    startedNanos = loop.nowNanos();
    lastWriteNanos = startedNanos;
    wire.expectAnswer();
  }

  Endpoint backend() {
    return backend;
  }

  KeptAnswer answer() {
    return answer;
  }

  /** Whether the answer, though it says that its host has failed, is whole. */
  boolean isDeliverable() {
    return deliverable;
  }

  AttemptEnd end(AttemptEnd.Result result, String why) {
    long now = loop.nowNanos();
    return new AttemptEnd(
        result,
        why,
        request.written(),
        answer.store().size(),
        (sent ? sentNanos : now) - startedNanos,
        now - startedNanos);
  }

  /** Whether the back-end has the whole request. */
  boolean isSent() {
    return sent;
  }

  /** What went wrong. */
  String reason() {
    return reason;
  }

  State start() {
    send();
    return state;
  }

  State ready(int ops) {
    if ((ops & SelectionKey.OP_READ) != 0) {
      receive();
    }
    if (state == State.GOES_ON && (ops & SelectionKey.OP_WRITE) != 0) {
      send();
    }
    return state;
  }

  State sweep(long nowNanos) {
    long stalledNanos = policy.receiveTimeout().toNanos();
    long jobNanos = policy.jobTimeout().toNanos();
    if (state == State.GOES_ON && !sent && nowNanos - lastWriteNanos >= stalledNanos) {
      ends(
          State.TIMED_OUT,
          "did not take the request within " + Times.shown(policy.receiveTimeout()));
    } else if (state == State.GOES_ON && sent && nowNanos - sentNanos >= jobNanos) {
      ends(State.TIMED_OUT, "no answer within " + Times.shown(policy.jobTimeout()));
    }
    return state;
  }

  private void send() {
    try {
      if (request.writeTo(backend.channel()) > 0) {
        lastWriteNanos = loop.nowNanos();
      }
    } catch (IOException e) {
      // It may have said why before it went.
      receive();
      if (state == State.GOES_ON) {
        ends(State.BROKE_OFF, wire.fault("reset"));
      }
      return;
    }
    if (request.isDone() && !sent) {
      sent = true;
      sentNanos = loop.nowNanos();
    }
    backend.want(sent ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
  }

  private void receive() {
    MessageStore store = answer.store();
    long before = store.size();
    long count;
    try {
      // What is announced may not tell of the object file yet, the larger part.
      count = store.readFrom(backend.channel(), RelayLoop.READ_BUFFER_BYTES);
    } catch (IOException e) {
      ends(State.BROKE_OFF, wire.fault("reset"));
      return;
    }
    if (count < 0) {
      ends(State.BROKE_OFF, wire.fault("closed"));
    } else if (count > 0) {
      parse(before);
    }
  }

  private void parse(long from) {
    JobWire.Answer[] last = {JobWire.Answer.NEED_MORE};
    answer
        .store()
        .show(
            from,
            piece -> {
              if (last[0] == JobWire.Answer.NEED_MORE) {
                last[0] = wire.answer(piece);
              }
            });
    boolean fits = answer.reserve(wire.announcedAnswerBytes());
    switch (last[0]) {
      case NEED_MORE -> {
        if (!fits) {
          ends(sent ? State.TOO_LARGE : State.HOST_FAULT, "answered before it had the request");
        }
      }
      case WHOLE -> {
        answer.endsAt(wire.announcedAnswerBytes());
        state = State.ANSWERED;
      }
      case HOST_FAULT -> {
        answer.endsAt(wire.announcedAnswerBytes());
        deliverable = true;
        ends(State.HOST_FAULT, wire.fault());
      }
      case MALFORMED -> ends(State.HOST_FAULT, wire.fault());
    }
  }

  private void ends(State how, String why) {
    state = how;
    reason = why;
  }
}
