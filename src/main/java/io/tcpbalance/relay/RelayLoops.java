package io.tcpbalance.relay;

import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The loops of a process; new relays go to them in turn. Any thread may call. */
public final class RelayLoops implements AutoCloseable {

  private static final int MOST_LOOPS_BY_DEFAULT = 8;

  private final List<RelayLoop> loops;
  private final ConnectionLimit limit;
  private final AtomicInteger turn = new AtomicInteger();

  private RelayLoops(List<RelayLoop> loops, ConnectionLimit limit) {
    this.loops = loops;
    this.limit = limit;
  }

  /**
   * Starts the threads.
   *
   * @param count how many; 0 = one per core, at most 8
   * @param budget of the bytes that wait in streams
   * @param jobMemory where requests and answers of jobs are kept
   * @param onFatal told, by the thread concerned, that a loop is broken: relays on it are lost and
   *     the process should end
   */
  public static RelayLoops start(
      int count,
      MemoryBudget budget,
      JobMemory jobMemory,
      ConnectionLimit limit,
      Consumer<Throwable> onFatal)
      throws IOException {
    int wanted =
        count > 0
            ? count
            : Math.min(MOST_LOOPS_BY_DEFAULT, Runtime.getRuntime().availableProcessors());
    List<RelayLoop> loops = new ArrayList<>();
    for (int i = 0; i < wanted; i++) {
      loops.add(new RelayLoop("relay-" + i, budget, jobMemory, onFatal::accept));
    }
    loops.forEach(RelayLoop::start);
    return new RelayLoops(List.copyOf(loops), limit);
  }

  /**
   * The same loops for one owner, who has so many clients at most; empty = as many as there may be.
   */
  public RelayLoops within(OptionalInt maxClients) {
    return maxClients.isPresent()
        ? new RelayLoops(loops, limit.within(maxClients.getAsInt()))
        : this;
  }

  /** How many clients there are now. */
  public int clients() {
    return limit.clients();
  }

  /** Each loop by the name of its thread, as one that runs tasks. */
  public Map<String, Executor> executors() {
    return loops.stream().collect(toMap(RelayLoop::toString, loop -> loop::execute));
  }

  /** A group of relays that pass bytes on as they come. */
  public RelayGroup streams(RelayPolicy policy) {
    return new RelayGroup(this, limit, policy, StreamRelay::new);
  }

  /** A group of relays that keep each client's request until it is answered. */
  public RelayGroup jobs(RelayPolicy policy, JobPolicy jobPolicy) {
    return new RelayGroup(this, limit, policy, RelayGroup.jobsUnder(jobPolicy));
  }

  /**
   * Will accept from the socket, which must be non-blocking, into the group, once it is resumed.
   */
  public Acceptor acceptor(ServerSocketChannel channel, RelayGroup group, Acceptor.Handler told) {
    return new Acceptor(next(), channel, group, group.limit(), told);
  }

  /**
   * Finds out whether the address accepts connections: connects, and closes at once. The result
   * comes when the socket is closed: empty if it was accepted. Cancelling the result closes the
   * socket.
   */
  public CompletableFuture<Optional<ConnectFailure>> tryConnect(
      InetSocketAddress address, Duration timeout) {
    return ConnectTrial.start(next(), address, timeout);
  }

  RelayLoop next() {
    return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
  }

  /**
   * Ends the threads; the relays' groups are to be closed before. Must not be called by a loop's
   * own thread.
   */
  @Override
  public void close() {
    loops.forEach(RelayLoop::stop);
  }
}
