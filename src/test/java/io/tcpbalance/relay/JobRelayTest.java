package io.tcpbalance.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.testing.FakeDistccd;
import io.tcpbalance.testing.Hold;
import io.tcpbalance.testing.JobClient;
import io.tcpbalance.testing.JobScript;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a relay of jobs tells. */
class JobRelayTest {

  private static final Duration LONG = Duration.ofSeconds(100);

  /** Writes down what it is told. */
  private static final class Told implements JobHandler {
    final BlockingQueue<String> words = new LinkedBlockingQueue<>();

    @Override
    public void connected() {
      words.add("connected");
    }

    @Override
    public void connectFailed(ConnectFailure failure) {
      words.add("connect failed");
    }

    @Override
    public void requestReceived(JobWire wire, boolean kept) {
      words.add("received");
    }

    @Override
    public void malformed(String complaint) {
      words.add("malformed");
    }

    @Override
    public void attemptEnded(AttemptEnd end, JobWire wire) {
      words.add("attempt " + end.result());
    }

    @Override
    public void ended(RelayEnd end) {
      words.add("ended");
    }

    void await(String word) throws InterruptedException {
      assertEquals(word, words.poll(20, TimeUnit.SECONDS));
    }
  }

  /** A request has as many bytes as it was made for; an answer never ends. */
  private static final class CountedWire implements JobWire {
    private final int requestBytes;
    private int taken;

    CountedWire(int requestBytes) {
      this.requestBytes = requestBytes;
    }

    @Override
    public Request request(ByteBuffer in) {
      taken += in.remaining();
      in.position(in.limit());
      return taken == requestBytes ? Request.WHOLE : Request.NEED_MORE;
    }

    @Override
    public long announcedRequestBytes() {
      return requestBytes;
    }

    @Override
    public String complaint() {
      return "";
    }

    @Override
    public void expectAnswer() {}

    @Override
    public Answer answer(ByteBuffer in) {
      return Answer.NEED_MORE;
    }

    @Override
    public long announcedAnswerBytes() {
      return 1;
    }

    @Override
    public String fault() {
      return "";
    }

    @Override
    public String fault(String how) {
      return how;
    }

    @Override
    public ByteBuffer heartBeat() {
      return ByteBuffer.allocate(0);
    }

    @Override
    public void resumeHeartBeats(int before) {
      throw new AssertionError("nothing is inherited here");
    }

    @Override
    public int heartBeatsSent() {
      return 0;
    }
  }

  @Test
  void tellsNothingMoreOfAJobThatIsAbandonedWhenItHasEnded() throws Exception {
    byte[] request = JobClient.request(1, "job", 1000);
    JobMemory memory = new JobMemory(1 << 20);
    Told told = new Told();
    Hold never = new Hold();
    try (FakeDistccd host = FakeDistccd.start(1).otherwise(JobScript.compiled().heldBy(never));
        ServerSocketChannel door = ServerSocketChannel.open();
        RelayLoops loops =
            RelayLoops.start(
                1, new MemoryBudget(1 << 20), memory, new ConnectionLimit(10), e -> {})) {
      RelayGroup group =
          loops.jobs(
              new RelayPolicy(LONG, LONG, false),
              new JobPolicy(LONG, LONG, LONG, () -> new CountedWire(request.length)));
      door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = ((InetSocketAddress) door.getLocalAddress()).getPort();
      try (JobClient client = JobClient.sent(port, request)) {
        SocketChannel accepted = door.accept();
        accepted.configureBlocking(false);
        JobRelay relay = (JobRelay) group.adopt(accepted);
        relay.start(told);
        told.await("received");
        relay.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), host.port()));
        told.await("connected");
        host.awaitJobs(1);

        relay.close();
        relay.abandon("too late");

        client.expectOver();
        group.close().toCompletableFuture().get(20, TimeUnit.SECONDS);
      }
    }
    assertEquals(List.of("ended"), List.copyOf(told.words));
    assertEquals(0, memory.usedBytes());
    assertEquals(0, memory.answersUsedBytes());
  }
}
