package io.tcpbalance.bench.soak;

import java.io.Closeable;
import java.io.IOException;

/** A host of a farm that can die and come back on its port. For one thread. */
final class Host implements Closeable {

  /** What serves there for one life. */
  interface Service extends Closeable {
    int port();

    /** Requests that came with a wrong byte. */
    default long corrupt() {
      return 0;
    }
  }

  /** Starts a life on a port. */
  interface Start {
    Service on(int port) throws IOException;
  }

  private final String name;
  private final Start start;
  private final int port;
  private Service service;
  private long corruptBefore;

  Host(String name, Start start) throws IOException {
    this.name = name;
    this.start = start;
    service = LowPorts.any(start);
    port = service.port();
  }

  String name() {
    return name;
  }

  int port() {
    return port;
  }

  /** Closes the port and resets every connection. */
  void die() throws IOException {
    service.close();
    corruptBefore += service.corrupt();
  }

  void comeBack() throws IOException {
    service = start.on(port);
  }

  /** In this and all of its former lives. */
  long corrupt() {
    return corruptBefore + service.corrupt();
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
