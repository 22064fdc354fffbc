package io.tcpbalance.config;

import java.time.Duration;
import java.util.List;

/**
 * One proxy: a listening socket and the pool behind it.
 *
 * @param name unique in the daemon, {@code [A-Za-z0-9._-]{1,64}}
 * @param connectTimeout how long a connect to a back-end may take
 * @param idleTimeout a session without a byte in either direction for this long is closed; what is
 *     relayed as distcc jobs has the time-outs of {@code jobs} instead
 * @param allow the networks whose clients are served
 * @param backends fastest first
 * @param jobs without meaning unless the protocol is distcc
 * @param shared whether the slots are those of all proxies of this name in the cluster
 */
public record ProxySettings(
    String name,
    ListenSettings listen,
    Protocol protocol,
    Duration connectTimeout,
    Duration idleTimeout,
    List<Network> allow,
    ClientSettings clients,
    QueueSettings queue,
    HealthSettings health,
    List<BackendSettings> backends,
    JobSettings jobs,
    boolean shared) {

  public ProxySettings {
    allow = List.copyOf(allow);
    backends = List.copyOf(backends);
  }

  /** One that has its slots for itself. */
  public ProxySettings(
      String name,
      ListenSettings listen,
      Protocol protocol,
      Duration connectTimeout,
      Duration idleTimeout,
      List<Network> allow,
      ClientSettings clients,
      QueueSettings queue,
      HealthSettings health,
      List<BackendSettings> backends,
      JobSettings jobs) {
    this(
        name,
        listen,
        protocol,
        connectTimeout,
        idleTimeout,
        allow,
        clients,
        queue,
        health,
        backends,
        jobs,
        false);
  }
}
