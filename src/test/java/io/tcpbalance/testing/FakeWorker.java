package io.tcpbalance.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One connection of a {@link FakeDistccd}, for its thread only. */
final class FakeWorker {
  private static final int READ_BYTES = 65_536;

  private enum Phase {
    RECEIVING,
    COMPILING,
    ANSWERING,
    DONE
  }

  private final FakeDistccd host;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final JobScript script;
  private final RequestScan request = new RequestScan();
  private ByteBuffer answer = ByteBuffer.allocate(0);
  private Phase phase = Phase.RECEIVING;

  FakeWorker(FakeDistccd host, SocketChannel channel, Selector selector, JobScript script)
      throws IOException {
    this.host = host;
    this.channel = channel;
    this.script = script;
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  void onReady() {
    try {
      if (phase == Phase.ANSWERING) {
        write();
      } else {
        read();
      }
    } catch (IOException peerReset) {
      gone();
    }
  }

  private void read() throws IOException {
    ByteBuffer in = ByteBuffer.allocate(READ_BYTES);
    int count = channel.read(in);
    if (count < 0) {
      gone();
      return;
    }
    int taken = phase == Phase.RECEIVING ? request.take(in.array(), 0, count) : 0;
    if (taken < count) {
      // distccd sees a byte too many as it sees the end.
      gone();
    } else if (phase == Phase.RECEIVING && request.bytes() >= script.readAtMostBytes) {
      finish();
    } else if (phase == Phase.RECEIVING && request.isComplete()) {
      received();
    }
  }

  private void received() {
    phase = Phase.COMPILING;
    host.onJob(request.job());
    script.hold.ifPresentOrElse(
        hold -> hold.whenReleased(() -> host.execute(this::compile)), this::compile);
  }

  private void compile() {
    if (script.time.isZero()) {
      answer();
    } else {
      host.later(script.time.toNanos(), this::answer);
    }
  }

  private void answer() {
    if (phase == Phase.COMPILING) {
      answer = ByteBuffer.wrap(script.answer.apply(request.job()));
      phase = Phase.ANSWERING;
      onReady();
    }
  }

  private void write() throws IOException {
    // All but the last byte, after which the peer may open another connection.
    int whole = answer.limit();
    answer.limit(Math.max(answer.position(), whole - 1));
    channel.write(answer);
    boolean isAtLast = !answer.hasRemaining();
    answer.limit(whole);
    if (isAtLast) {
      tellAnswered();
      channel.write(answer);
    }
    if (answer.hasRemaining()) {
      key.interestOps(SelectionKey.OP_WRITE);
    } else {
      finish();
    }
  }

  private void tellAnswered() {
    if (script.end != JobScript.End.STALL) {
      host.onAnswered(this);
    }
  }

  private void finish() throws IOException {
    tellAnswered();
    phase = Phase.DONE;
    switch (script.end) {
      case RESET -> {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
      }
      case CLOSE -> channel.close();
      // Until the peer ends it.
      case LEAVE_OPEN, STALL -> key.interestOps(SelectionKey.OP_READ);
    }
  }

  private void gone() {
    phase = Phase.DONE;
    host.onAborted(this);
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
