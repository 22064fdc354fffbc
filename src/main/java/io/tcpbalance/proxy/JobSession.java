package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Refusal;
import io.tcpbalance.balancer.Wish;
import io.tcpbalance.distcc.RefusalResponse;
import io.tcpbalance.relay.AttemptEnd;
import io.tcpbalance.relay.JobRelay;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * One client of a proxy for distcc: {@code receiving → waiting → sending → compiling → replying}.
 * It wants a slot only when its whole request is here, gives it back as soon as the whole answer
 * is, and sends the job elsewhere when a host dies of it, or under it.
 *
 * <p>Deaths count, since a job can be what hosts die of: after {@code max-attempts} of them the
 * client gets the last answer, or none. Hosts that do not accept do not count.
 */
final class JobSession extends Session {

  /**
   * The request is here.
   *
   * @param kept whether it can be sent more than once
   */
  record Received(JobDescription job, boolean kept) implements Command {}

  /** The request makes no sense; the relay ends. */
  record Malformed(String complaint) implements Command {}

  /** A try is over, and its back-end's socket is closed. The slot's release is told by others. */
  record AttemptEnded(String backend, AttemptEnd end) implements Command {}

  /** A death of which the host is guilty if another host does better. */
  private record Suspicion(LeaseId lease, String backend, String reason) {}

  private static final String REMOVED = "removed by force";

  private final JobRelay relay;
  private final Set<String> died = new HashSet<>(2);
  private final List<Suspicion> suspicions = new ArrayList<>(1);
  private JobDescription job = JobDescription.UNKNOWN;
  private int deaths;

  /** An operator has taken its host away: no death. */
  private boolean evicted;

  JobSession(
      ActorContext<Balancer.SessionMessage> context,
      SessionEntry entry,
      JobRelay relay,
      Surroundings around) {
    super(context, entry, around);
    this.relay = relay;
    relay.start(new JobCallbacks(entry, context.getSelf(), around.balancer()));
  }

  @Override
  public Receive<Balancer.SessionMessage> createReceive() {
    return slotMessages()
        .onMessage(Received.class, this::onReceived)
        .onMessage(AttemptEnded.class, this::onAttemptEnded)
        .onMessage(Balancer.BackendLost.class, this::onBackendLost)
        .onMessage(Balancer.Evicted.class, this::onEvicted)
        .onMessage(Malformed.class, this::onMalformed)
        .build();
  }

  private Behavior<Balancer.SessionMessage> onReceived(Received m) {
    job = m.job();
    arrive(around.tickets().incrementAndGet(), around.nanoTime().getAsLong());
    return this;
  }

  private Behavior<Balancer.SessionMessage> onMalformed(Malformed m) {
    getContext()
        .getLog()
        .info("client {} closed: no request of distcc, {}", relay.clientAddress(), m.complaint());
    return this;
  }

  @Override
  Wish wish() {
    return new Wish(job.compiler(), Set.copyOf(avoid), Set.copyOf(died), Optional.empty());
  }

  @Override
  void waits() {}

  @Override
  void refused(Refusal reason) {
    getContext()
        .getLog()
        .info("job of {} not served: {}", relay.clientAddress(), reason.sentence());
    if (reason == Refusal.NO_COMPILER && job.isReadable()) {
      relay.answer(
          RefusalResponse.of(
              job.version(), RefusalResponse.COMPILE_ERROR, noHostHas(job.compiler())));
    } else {
      relay.giveUp();
    }
  }

  private static String noHostHas(String compiler) {
    return "tcpbalance: no host of this farm has the compiler '%s': %s\n"
        .formatted(
            compiler.replaceAll("[^\\x20-\\x7e]", "?"),
            "use another one, compile here (DISTCC_HOSTS=localhost), or ask who runs the farm");
  }

  private Behavior<Balancer.SessionMessage> onAttemptEnded(AttemptEnded m) {
    boolean moved = evicted;
    evicted = false;
    switch (m.end().result()) {
      case ANSWERED -> suspicions.forEach(this::blame);
      case ABANDONED -> {
        if (moved) {
          ask();
        } else {
          onDeath(m);
        }
      }
      case FAILED -> {
        suspicions.add(new Suspicion(current(), m.backend(), m.end().reason()));
        onDeath(m);
      }
      case TIMED_OUT -> onDeath(m);
    }
    return this;
  }

  private void blame(Suspicion s) {
    around.balancer().tell(new Balancer.Blame(s.lease(), s.backend(), s.reason()));
  }

  private void onDeath(AttemptEnded m) {
    deaths++;
    died.add(m.backend());
    String reason = m.end().reason();
    if (deaths < around.jobs().maxAttempts()) {
      getContext()
          .getLog()
          .info(
              "job of {} goes elsewhere: {} failed: {}",
              relay.clientAddress(),
              m.backend(),
              reason);
      ask();
    } else {
      getContext()
          .getLog()
          .warn(
              "job of {} given up after {} attempts: {} failed: {}",
              relay.clientAddress(),
              deaths,
              m.backend(),
              reason);
      relay.giveUp();
    }
  }

  /** Its sockets may stay open for long after a host's death: nobody waits for them. */
  private Behavior<Balancer.SessionMessage> onBackendLost(Balancer.BackendLost m) {
    if (isCurrent(m.lease())) {
      relay.abandon("host lost: " + m.reason());
    }
    return this;
  }

  private Behavior<Balancer.SessionMessage> onEvicted(Balancer.Evicted m) {
    if (isCurrent(m.lease())) {
      evicted = true;
      relay.abandon(REMOVED);
    }
    return this;
  }
}
