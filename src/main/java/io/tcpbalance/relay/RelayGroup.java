package io.tcpbalance.relay;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The relays of one owner: whatever happens to those who use them, closing the group closes every
 * socket. Any thread may call.
 */
public final class RelayGroup {

  private final RelayLoops loops;
  private final ConnectionLimit limit;
  private volatile RelayPolicy policy;
  private volatile Kind kind;
  private final Set<Relay> relays = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
  private volatile boolean closing;

  /** What a group consists of. */
  @FunctionalInterface
  interface Kind {
    Relay create(RelayLoop loop, RelayGroup group, SocketChannel channel, SocketAddress client);
  }

  RelayGroup(RelayLoops loops, ConnectionLimit limit, RelayPolicy policy, Kind kind) {
    this.loops = loops;
    this.limit = limit;
    this.policy = policy;
    this.kind = kind;
  }

  public RelayPolicy policy() {
    return policy;
  }

  ConnectionLimit limit() {
    return limit;
  }

  /** From now on this holds, for the relays that there are too. For a group of streams. */
  public void reconfigure(RelayPolicy newPolicy) {
    policy = newPolicy;
  }

  /**
   * From now on this holds. What is said of jobs holds for relays that are still to come: those
   * that there are go on as they began. For a group of jobs.
   */
  public void reconfigure(RelayPolicy newPolicy, JobPolicy jobPolicy) {
    policy = newPolicy;
    kind = jobsUnder(jobPolicy);
  }

  static Kind jobsUnder(JobPolicy policy) {
    return (loop, group, channel, client) -> new JobRelay(loop, group, channel, client, policy);
  }

  public int size() {
    return relays.size();
  }

  /**
   * Takes over an accepted socket, which counts in the connection limit already; closes it if that
   * fails.
   */
  Relay adopt(SocketChannel channel) throws IOException {
    try {
      SocketSettings.apply(channel);
      SocketAddress address = channel.getRemoteAddress();
      return enter(kind.create(loops.next(), this, channel, address));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Takes over a client that another group has given away, however many there are; closes it if
   * that fails.
   */
  public Relay adopt(Surrendered given) throws IOException {
    limit.enterAnyway();
    try {
      SocketAddress address = given.channel().getRemoteAddress();
      Relay relay = kind.create(loops.next(), this, given.channel(), address);
      relay.inherit(given);
      return enter(relay);
    } catch (IOException e) {
      limit.leave();
      given.channel().close();
      given.copied().run();
      throw e;
    }
  }

  /**
   * A relay without a client. It does not count in the connection limit: those who wait for a
   * back-end may be as many as may be, and it may be what brings that back-end back.
   *
   * @param shownAs stands for the client's address
   * @param request a whole one, as the policy's wires read it; not to be changed any more
   */
  public TrialRelay trial(SocketAddress shownAs, ByteBuffer request, JobPolicy jobs) {
    return enter(new TrialRelay(loops.next(), this, shownAs, request, jobs));
  }

  private <R extends Relay> R enter(R relay) {
    relays.add(relay);
    if (closing) {
      relay.close();
    }
    return relay;
  }

  void remove(Relay relay) {
    if (relays.remove(relay)) {
      if (!(relay instanceof TrialRelay)) {
        limit.leave();
      }
      completeIfEmpty();
    }
  }

  /**
   * Closes all relays, and those that are still to come. Completes when all of their sockets are
   * closed.
   */
  public CompletionStage<@Nullable Void> close() {
    closing = true;
    relays.forEach(Relay::close);
    completeIfEmpty();
    return closed.copy();
  }

  private void completeIfEmpty() {
    if (closing && relays.isEmpty()) {
      closed.complete(null);
    }
  }
}
