package io.tcpbalance.metrics;

import java.util.List;

/** Every metric of our own: its name, its meaning and its labels. */
public enum Family {
  BUILD_INFO(Kind.INFO, "build", "The version that runs", "version"),
  PROXY_UP(
      Kind.GAUGE,
      "proxy_up",
      "Whether the proxy answered this scrape; if not, its other metrics are missing",
      "proxy"),
  PROXY_ACCEPTING(Kind.GAUGE, "proxy_accepting", "Whether new clients are taken", "proxy"),
  PROXY_GRANTING(
      Kind.GAUGE,
      "proxy_granting",
      "Whether free slots are given to clients; 0 where a shared pool is out of touch",
      "proxy"),
  SESSIONS_OPEN(
      Kind.GAUGE, "sessions_open", "Clients there are, in whatever phase, waiting too", "proxy"),
  WAITING_CLIENTS(Kind.GAUGE, "waiting_clients", "Clients in the queue for a slot", "proxy"),
  SLOTS(Kind.GAUGE, "slots", "Slots of the back-ends that are up, free or not", "proxy"),
  SLOTS_BUSY(Kind.GAUGE, "slots_busy", "Slots in use, of all back-ends", "proxy"),
  BACKENDS(Kind.GAUGE, "backends", "Back-ends with that status", "proxy", "status"),
  BACKENDS_UNLISTED(
      Kind.GAUGE,
      "backends_unlisted",
      "Back-ends behind the first 1000, which have no metrics of their own",
      "proxy"),
  BACKEND_STATUS(
      Kind.GAUGE,
      "backend_status",
      "1 for the status that the back-end has, 0 for the others",
      "proxy",
      "backend",
      "status"),
  BACKEND_MAX_CONNECTIONS(
      Kind.GAUGE,
      "backend_max_connections",
      "Sessions that the back-end may have by its settings",
      "proxy",
      "backend"),
  BACKEND_SLOTS(
      Kind.GAUGE,
      "backend_slots",
      "Sessions that the back-end may have now, on trial or after a slow start",
      "proxy",
      "backend"),
  BACKEND_PENDING(
      Kind.GAUGE,
      "backend_pending",
      "Slots in use whose connect is not accepted yet",
      "proxy",
      "backend"),
  BACKEND_ACTIVE(
      Kind.GAUGE, "backend_active", "Slots in use whose connect is accepted", "proxy", "backend"),
  BACKEND_SESSIONS(
      Kind.COUNTER, "backend_sessions", "Sessions that the back-end accepted", "proxy", "backend"),
  BACKEND_BUSY_SECONDS(
      Kind.COUNTER,
      "backend_busy_seconds",
      "How long the back-end's slots were in use, of sessions that have ended",
      "proxy",
      "backend"),
  BACKEND_BYTES(
      Kind.COUNTER,
      "backend_bytes",
      "Bytes of the back-end's ended sessions: in is from clients, out is to clients",
      "proxy",
      "backend",
      "direction"),
  SESSIONS(Kind.COUNTER, "sessions", "Clients taken", "proxy"),
  BYTES(
      Kind.COUNTER,
      "bytes",
      "Bytes of ended sessions: in is from clients, out is to clients",
      "proxy",
      "direction"),
  REFUSALS(Kind.COUNTER, "refusals", "Clients not served, or not at once", "proxy", "reason"),
  CONNECT_FAILURES(
      Kind.COUNTER,
      "connect_failures",
      "Connects to back-ends that failed, each followed by another try",
      "proxy",
      "cause"),
  JOBS(Kind.COUNTER, "jobs", "distcc jobs that have ended, by how", "proxy", "outcome"),
  REPLAYS(
      Kind.COUNTER, "replays", "distcc jobs that went to another host, by why", "proxy", "reason"),
  WAIT_SECONDS(
      Kind.HISTOGRAM,
      "wait_seconds",
      "How long clients waited for a slot, whether they got one or not",
      "proxy"),
  CONNECT_SECONDS(
      Kind.HISTOGRAM, "connect_seconds", "From a slot to the back-end's accept", "proxy"),
  COMPILE_SECONDS(
      Kind.HISTOGRAM,
      "compile_seconds",
      "From a distcc job's request sent to its whole answer",
      "proxy"),
  SESSION_SECONDS(Kind.HISTOGRAM, "session_seconds", "From a client's accept to its end", "proxy"),
  ACTOR_RESTARTS(
      Kind.COUNTER,
      "actor_restarts",
      "Actors that failed and were started again, by what they are",
      "actor"),
  OPERATOR_CHANGES(
      Kind.COUNTER,
      "operator_changes",
      "What operators did, by interface; logins too",
      "interface");

  /** What kind of numbers it has. */
  enum Kind {
    GAUGE,
    COUNTER,
    HISTOGRAM,
    INFO
  }

  final Kind kind;
  final String title;
  final String help;

  @SuppressWarnings("ImmutableEnumChecker") // List.of makes one that cannot be changed.
  final List<String> labels;

  Family(Kind kind, String name, String help, String... labels) {
    this.kind = kind;
    title = "tcpbalance_" + name;
    this.help = help;
    this.labels = List.of(labels);
  }
}
