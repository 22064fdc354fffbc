package io.tcpbalance.relay;

import io.tcpbalance.relay.RelayEnd.Cause;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A relay without a client: a request of this process's own, which is sent to one back-end once, to
 * see what it does with it. It ends by itself after that.
 */
public final class TrialRelay extends Relay {

  private final ByteBuffer request;
  private final JobPolicy policy;
  private final JobWire wire;
  private @Nullable AttemptHandler handler;
  private @Nullable JobAttempt attempt;

  TrialRelay(
      RelayLoop loop,
      RelayGroup group,
      SocketAddress shownAs,
      ByteBuffer request,
      JobPolicy policy) {
    super(loop, group, shownAs);
    this.request = request;
    this.policy = policy;
    wire = policy.wires().get();
    if (wire.request(request.duplicate()) != JobWire.Request.WHOLE) {
      throw new IllegalArgumentException("not a whole request: " + wire.complaint());
    }
  }

  /** Names who is told what happens. The first call of all, once. */
  public void start(AttemptHandler told) {
    execute(
        () -> {
          handler = told;
          tell(told);
        });
  }

  @Override
  @Nullable Surrendered giveAway() {
    return null;
  }

  @Override
  void onConnect(InetSocketAddress address) throws IOException {
    if (isHeld()) {
      openBackend(address);
    }
  }

  @Override
  void joined(Endpoint backend) {
    MessageStore.Writer writer = MessageStore.Writer.of(request.duplicate());
    attempt = new JobAttempt(loop, backend, wire, policy, writer, loop.jobChunks());
    follow(attempt, attempt.start());
  }

  @Override
  void heldAgain() {}

  @Override
  void ready(Endpoint end, int ops) {
    if (attempt != null) {
      follow(attempt, attempt.ready(ops));
    }
  }

  @Override
  void sweepIdle(long nowNanos) {
    if (attempt != null) {
      follow(attempt, attempt.sweep(nowNanos));
    }
  }

  private void follow(JobAttempt now, JobAttempt.State state) {
    switch (state) {
      case GOES_ON -> {}
      case ANSWERED -> conclude(now, AttemptEnd.Result.ANSWERED, "");
      case BROKE_OFF -> conclude(now, AttemptEnd.Result.BROKE_OFF, now.reason());
      case HOST_FAULT -> conclude(now, AttemptEnd.Result.HOST_FAULT, now.reason());
      case TIMED_OUT -> conclude(now, AttemptEnd.Result.TIMED_OUT, now.reason());
      case TOO_LARGE ->
          conclude(now, AttemptEnd.Result.HOST_FAULT, "its answer is too large to be kept");
    }
  }

  private void conclude(JobAttempt over, AttemptEnd.Result result, String reason) {
    AttemptEnd end = over.end(result, reason);
    discard();
    leaveBackend(
        () -> {
          if (handler != null) {
            handler.attemptEnded(end, wire);
          }
          end(Cause.FINISHED);
        });
  }

  @Override
  void discard() {
    if (attempt != null) {
      attempt.answer().discard();
      attempt = null;
    }
  }
}
