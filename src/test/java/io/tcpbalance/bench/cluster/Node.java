package io.tcpbalance.bench.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.bench.JobShape;
import io.tcpbalance.testing.Api;
import io.tcpbalance.testing.Daemon;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A place for one daemon after the other, with the same configuration, and for their clients. */
final class Node implements AutoCloseable {
  /** Of the shared pool. */
  static final String POOL = "farm";

  private static final Pattern OBEYS =
      Pattern.compile("slots come from 127\\.0\\.1\\.([0-9]+):[0-9]+ \\(term ([0-9]+)\\)");

  /**
   * Whom a node takes its slots from.
   *
   * @param node its number
   * @param term of the two greatest, the greater one is right
   */
  record Decider(int node, long term) {}

  private final int number;
  private final Path configuration;
  private final List<String> within;
  private final List<String> jvmOptions;
  private @Nullable Daemon daemon;
  private @Nullable Clients clients;

  /**
   * A node that does not run yet.
   *
   * @param number from 0
   * @param within words that start a program where the node is
   */
  Node(int number, Path configuration, List<String> within, List<String> jvmOptions) {
    this.number = number;
    this.configuration = configuration;
    this.within = within;
    this.jvmOptions = jvmOptions;
  }

  int number() {
    return number;
  }

  /** Returns at once. */
  void start() throws IOException {
    close();
    daemon =
        Daemon.of(configuration)
            .within(within)
            .jvmOptions(jvmOptions.toArray(String[]::new))
            .start();
  }

  /** Returns when it is a member and knows where slots come from. */
  void awaitMember() throws InterruptedException {
    daemon().awaitLine("pool " + POOL + ": slots come from");
  }

  boolean isAlive() {
    return daemon != null && daemon.isAlive();
  }

  Daemon daemon() {
    if (daemon == null) {
      throw new IllegalStateException("node " + number + " was never started");
    }
    return daemon;
  }

  /** By its own log. */
  Optional<Decider> decider() {
    List<String> told = daemon().linesWith("pool " + POOL + ": slots come from");
    if (told.isEmpty()) {
      return Optional.empty();
    }
    Matcher matcher = OBEYS.matcher(told.get(told.size() - 1));
    return matcher.find()
        ? Optional.of(
            new Decider(Integer.parseInt(matcher.group(1)) - 1, Long.parseLong(matcher.group(2))))
        : Optional.empty();
  }

  Api api() throws InterruptedException {
    String line = daemon().awaitLine("HTTP interface listens on ");
    return new Api("http://" + Links.address(number) + line.substring(line.lastIndexOf(':')));
  }

  /** What it tells of the shared pool. */
  JsonNode farm() throws IOException, InterruptedException {
    return api().get("/api/v1/proxies/" + POOL);
  }

  /** What it tells of a host. */
  JsonNode host(String name) throws IOException, InterruptedException {
    return api().get("/api/v1/proxies/" + POOL + "/backends/" + name);
  }

  /** Changes a host by way of another node. Returns when this one has answered that it is done. */
  void changeHost(String name, String change, Node by) throws Exception {
    String path = "/api/v1/proxies/" + POOL + "/backends/" + name;
    String at = "?node=" + Links.address(number);
    Await.until(
        "node " + number + " answered that the change is safe",
        () -> by.api().change("PATCH", path + at, change) == 200);
  }

  void kill(String actor) throws IOException, InterruptedException {
    expect(202, api().change("POST", "/api/v1/actors/kill", "{\"path\": \"" + actor + "\"}"));
  }

  private static void expect(int status, int answered) {
    if (answered != status) {
      throw new AssertionError("answered " + answered + ", not " + status);
    }
  }

  /** Replaces its code. Returns when the new one serves. */
  void upgrade(Path code) throws IOException, InterruptedException {
    JsonNode unused = api().post("/api/v1/upgrade", "{\"dir\": \"" + code + "\"}");
  }

  InetSocketAddress proxy() throws InterruptedException {
    return address(POOL);
  }

  /** Where a proxy listens. */
  InetSocketAddress address(String proxy) throws InterruptedException {
    return new InetSocketAddress(Links.address(number), daemon().port(proxy));
  }

  /** Begins to send it jobs; those of an earlier life must have ended. */
  void serve(JobShape job, int count) throws InterruptedException {
    clients = Clients.start(proxy(), job, count);
  }

  Clients clients() {
    if (clients == null) {
      throw new IllegalStateException("node " + number + " never had clients");
    }
    return clients;
  }

  @Override
  public void close() {
    if (daemon != null) {
      daemon.close();
    }
  }
}
