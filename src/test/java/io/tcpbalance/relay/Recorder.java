package io.tcpbalance.relay;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what one relay told, in order. */
final class Recorder implements RelayHandler {

  private static final int TIMEOUT_SECONDS = 20;

  private enum Connected {
    INSTANCE
  }

  private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();
  private final AtomicInteger ends = new AtomicInteger();

  @Override
  public void connected() {
    told.add(Connected.INSTANCE);
  }

  @Override
  public void connectFailed(ConnectFailure failure) {
    told.add(failure);
  }

  @Override
  public void ended(RelayEnd end) {
    ends.incrementAndGet();
    told.add(end);
  }

  void awaitConnected() throws InterruptedException {
    next(Connected.class);
  }

  ConnectFailure awaitConnectFailed() throws InterruptedException {
    return next(ConnectFailure.class);
  }

  RelayEnd awaitEnded() throws InterruptedException {
    return next(RelayEnd.class);
  }

  boolean hasEndedOnce() {
    return ends.get() == 1;
  }

  boolean hasEnded() {
    return ends.get() > 0;
  }

  private <T> T next(Class<T> type) throws InterruptedException {
    Object event = told.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("never told: " + type.getSimpleName());
    }
    if (!type.isInstance(event)) {
      throw new AssertionError("told %s instead of %s".formatted(event, type.getSimpleName()));
    }
    return type.cast(event);
  }

  @Override
  public String toString() {
    return told.toString();
  }
}
