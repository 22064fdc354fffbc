package io.tcpbalance.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.admin.http.Remembered;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.bootstrap.Predecessor;
import io.tcpbalance.bootstrap.Successor;
import io.tcpbalance.proxy.Bequest;
import io.tcpbalance.proxy.Legacy;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.proxy.Succession;
import io.tcpbalance.proxy.Succession.Inheritance;
import io.tcpbalance.relay.Surrendered;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How this generation follows another. */
public final class Arrival implements Successor {

  private static final Logger LOG = LoggerFactory.getLogger(Arrival.class);

  /** What of a generation is no proxy. */
  public interface House {

    /**
     * Starts the proxies with what they inherit; returns when they serve.
     *
     * @param channels what the predecessor keeps open beside the doors, by name
     * @return the proxies by name
     * @throws IOException if one does not; then all channels are left open and alone
     */
    Map<String, ActorRef<ProxySupervisor.Command>> begin(
        Map<String, Inheritance> inheritances, Map<String, Channel> channels) throws IOException;

    /**
     * All that is no interface has been handed over. Returns when there is time for the interfaces.
     */
    void serve();

    /** Takes what the predecessor's interfaces remember, before its own may listen. */
    void inherit(Remembered before);

    /** Takes what has happened at them since; in the order in which it happened. */
    void hear(Remembered.News news);

    /** The interfaces may listen now, where the predecessor's listen. Returns when they do. */
    void openInterfaces();
  }

  private final Predecessor predecessor;
  private final House house;
  private final Object remembering = new Object();
  private volatile Map<String, ActorRef<ProxySupervisor.Command>> proxies = Map.of();

  public Arrival(Predecessor predecessor, House house) {
    this.predecessor = predecessor;
    this.house = house;
  }

  /**
   * What the predecessor serves.
   *
   * @throws IOException if that cannot be understood
   */
  public static Handover served(Predecessor predecessor) throws IOException {
    return SnapshotFormat.readServed(predecessor.description());
  }

  /** Tells it that its successor stands for it in their cluster: it need not be there any more. */
  public static void releaseFromCluster(Predecessor predecessor) {
    predecessor.tell(NewsFormat.leaveCluster());
  }

  @Override
  public void begin(byte[] snapshot, Map<String, Channel> channels) throws IOException {
    Map<String, Bequest> bequests = SnapshotFormat.read(snapshot, channels);
    Map<String, Inheritance> inheritances = new HashMap<>();
    bequests.forEach((name, b) -> inheritances.put(name, new Inheritance(b, ancestor(name))));
    proxies = Map.copyOf(house.begin(inheritances, channels));
  }

  private Legacy.Ancestor ancestor(String proxy) {
    return new Legacy.Ancestor() {
      @Override
      public void evict(LeaseId lease) {
        predecessor.tell(NewsFormat.evict(proxy, lease));
      }

      @Override
      public void lose(LeaseId lease, String reason) {
        predecessor.tell(NewsFormat.lose(proxy, lease, reason));
      }
    };
  }

  @Override
  public void adopt(
      byte[] past,
      SocketChannel client,
      List<ByteBuffer> received,
      List<ByteBuffer> lastAnswer,
      Runnable copied) {
    try {
      PastFormat.Client told = PastFormat.read(past);
      Surrendered given =
          new Surrendered(
              client, received, told.inputEnded(), told.heardBytes(), lastAnswer, copied);
      proxy(told.proxy()).tell(new Succession.Adopt(given, told.past()));
    } catch (IOException e) {
      LOG.error("a client cannot be taken over, it is closed", e);
      new Surrendered(client, received, false, 0, lastAnswer, copied).discard();
    }
  }

  @Override
  public void tell(byte[] news) {
    try {
      JsonNode document = Json.read(news);
      Optional<Remembered.News> remembered = MemoryFormat.readNews(document);
      if (remembered.isPresent()) {
        hear(remembered.get());
        return;
      }
      Map.Entry<String, Succession> told = NewsFormat.read(document);
      proxy(told.getKey()).tell(told.getValue());
    } catch (IOException e) {
      LOG.error("news of the predecessor are not understood", e);
    }
  }

  /** It may come as soon as the predecessor has told what it remembers: not before that is here. */
  private void hear(Remembered.News news) {
    synchronized (remembering) {
      house.hear(news);
    }
  }

  private ActorRef<ProxySupervisor.Command> proxy(String name) throws IOException {
    ActorRef<ProxySupervisor.Command> proxy = proxies.get(name);
    if (proxy == null) {
      throw new IOException("there is no proxy " + name);
    }
    return proxy;
  }

  @Override
  public void openDoors() {
    proxies.values().forEach(proxy -> proxy.tell(Succession.OpenDoor.INSTANCE));
  }

  @Override
  public void openInterfaces() {
    house.serve();
    remember();
    house.openInterfaces();
  }

  /** Interfaces that have forgotten something are better than none, whatever the reason. */
  private void remember() {
    synchronized (remembering) {
      try {
        MemoryFormat.read(predecessor.description()).ifPresent(house::inherit);
      } catch (IOException | RuntimeException | Error e) {
        LOG.warn("charts and notices begin anew, and nobody is logged in any more", e);
      }
    }
  }
}
