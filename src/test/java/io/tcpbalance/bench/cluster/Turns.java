package io.tcpbalance.bench.cluster;

import io.tcpbalance.bench.upgrade.Order;
import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.Peer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A second shared pool, of one host with one slot, and so one whose order of service can be seen.
 * Clients of all nodes come to it one after the other, are served, and come again.
 */
final class Turns implements AutoCloseable {
  static final String POOL = "turns";

  private static final int CLIENTS_EACH = 4;
  private static final int CLIENTS = FarmCluster.NODES * CLIENTS_EACH;

  /** Long beside the time in which a node's doors are shut: few overtake who comes then. */
  private static final long SERVICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final FakeBackend host;
  private final Order order = new Order(CLIENTS);
  private final List<Order> ofNodes = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final Map<Integer, Integer> come = new HashMap<>();
  private int lastNumber;
  private volatile boolean over;

  private Turns(String address) throws IOException {
    host = FakeBackend.of(address, this::serve);
  }

  /** Its host listens on an address of this machine. */
  static Turns start(String address) throws IOException {
    return new Turns(address);
  }

  /** As {@code backends} of a proxy. */
  String configuration() {
    InetSocketAddress address = host.address();
    return "[{ name = only, host = %s, port = %d, max-connections = 1 }]"
        .formatted(address.getAddress().getHostAddress(), address.getPort());
  }

  private void serve(Peer client) throws IOException {
    DataInputStream in = new DataInputStream(client.input());
    int node = in.readInt();
    int number = in.readInt();
    order.served(number);
    ofNodes.get(node).served(number);
    LockSupport.parkNanos(SERVICE_NANOS);
    new DataOutputStream(client.output()).writeInt(number);
  }

  /** The clients come from now on. */
  void begin(List<Node> nodes) throws InterruptedException {
    nodes.forEach(node -> ofNodes.add(new Order(CLIENTS_EACH)));
    for (Node node : nodes) {
      InetSocketAddress proxy = node.address(POOL);
      for (int i = 0; i < CLIENTS_EACH; i++) {
        Thread thread = new Thread(() -> comeAgain(node.number(), proxy), "turns-of-" + proxy);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
      }
    }
  }

  private void comeAgain(int node, InetSocketAddress proxy) {
    try {
      while (!over) {
        comeOnce(node, proxy);
      }
    } catch (IOException | AssertionError e) {
      failures.add("the queue of node " + node + ": " + e);
    }
  }

  private void comeOnce(int node, InetSocketAddress proxy) throws IOException {
    Peer client;
    int number;
    synchronized (this) {
      number = lastNumber++;
      order.comes(number, number);
      ofNodes.get(node).comes(number, come.merge(node, 1, Integer::sum) - 1);
      client = Peer.connect(proxy);
    }
    try (client) {
      DataOutputStream out = new DataOutputStream(client.output());
      out.writeInt(node);
      out.writeInt(number);
      if (new DataInputStream(client.input()).readInt() != number) {
        throw new IOException("another one's answer");
      }
      client.expectEnd();
    }
  }

  /** Returns when all who are there are served; no more come. */
  void end() throws InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  int served() {
    return order.count();
  }

  /** By how many of any node one was overtaken, at most. */
  int overtaken() {
    return order.overtaken();
  }

  /** Whatever happened that must not happen. */
  List<String> faults() {
    List<String> faults = new ArrayList<>(failures);
    for (int i = 0; i < ofNodes.size(); i++) {
      int overtaken = ofNodes.get(i).overtaken();
      if (overtaken > 0) {
        faults.add("node " + i + ": somebody was overtaken by own clients: " + overtaken);
      }
    }
    return faults;
  }

  @Override
  public void close() throws IOException {
    over = true;
    host.close();
  }
}
