package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.config.Network;
import io.tcpbalance.relay.Acceptor;
import io.tcpbalance.relay.Relay;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Stands at the door, on a loop's thread: hands allowed clients to {@link Sessions} without a
 * detour, and tells the {@link Listener}, once there is one, what went wrong.
 */
final class Admission implements Acceptor.Handler {

  private volatile List<Network> allowed;
  private volatile @Nullable Acceptor acceptor;
  private volatile boolean barred;
  private final Complaints complaints;
  private final ActorRef<Balancer.RegistrarMessage> sessions;
  private final AtomicReference<@Nullable ActorRef<Listener.Command>> listener =
      new AtomicReference<>();

  Admission(
      List<Network> allowed, Complaints complaints, ActorRef<Balancer.RegistrarMessage> sessions) {
    this.allowed = allowed;
    this.complaints = complaints;
    this.sessions = sessions;
  }

  /** From now on clients come from these networks. Who is in stays. */
  void allow(List<Network> networks) {
    allowed = networks;
  }

  /** The door is here from now on; it is opened by the listener. */
  void moveTo(Acceptor newAcceptor) {
    acceptor = newAcceptor;
  }

  /** Until {@link #unbar} nobody opens it. */
  void bar() {
    barred = true;
  }

  void unbar() {
    barred = false;
  }

  void open() {
    if (acceptor != null && !barred) {
      acceptor.resume();
    }
  }

  void shut() {
    if (acceptor != null) {
      acceptor.pause();
    }
  }

  void reportTo(ActorRef<Listener.Command> newListener) {
    listener.set(newListener);
  }

  @Override
  public void accepted(Relay relay) {
    if (allows(relay.clientAddress())) {
      sessions.tell(new Sessions.Accepted(relay));
    } else {
      relay.close();
      complaints.add(
          Complaint.NOT_ALLOWED,
          "client " + relay.clientAddress() + " refused: its network is not in 'allow'");
    }
  }

  private boolean allows(SocketAddress client) {
    if (client instanceof InetSocketAddress inet) {
      for (Network network : allowed) {
        if (network.contains(inet.getAddress())) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public void exhausted(String reason) {
    tell(new Listener.Exhausted(reason));
  }

  @Override
  public void failed(IOException cause) {
    tell(new Listener.AcceptFailed(cause));
  }

  private void tell(Listener.Command news) {
    ActorRef<Listener.Command> ref = listener.get();
    if (ref != null) {
      ref.tell(news);
    }
  }
}
