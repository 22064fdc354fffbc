package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.Refusal;
import io.tcpbalance.balancer.Wish;
import io.tcpbalance.distcc.JobRefusal;
import io.tcpbalance.distcc.Printable;
import io.tcpbalance.distcc.RefusalResponse;
import io.tcpbalance.relay.AttemptEnd;
import io.tcpbalance.relay.JobRelay;
import io.tcpbalance.relay.RelayEnd;
import io.tcpbalance.state.AuditEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

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
   * The request is here, as far as it is kept.
   *
   * @param refusal why it must not go to a host
   */
  record Received(JobDescription job, Optional<JobRefusal> refusal) implements Command {}

  /** The request makes no sense; the relay ends. */
  record Malformed(String complaint) implements Command {}

  /**
   * A try is over, and its back-end's socket is closed. The slot's release is told by others.
   *
   * @param compiled whether the answer, if it is one, is an object file
   */
  record AttemptEnded(String backend, AttemptEnd end, boolean compiled) implements Command {}

  private static final int MAX_SHOWN = 120;

  private final JobRelay relay;
  private final JobHistory history;
  private final Set<String> died = new HashSet<>(2);

  /** Deaths of which the host is guilty if another host does better. */
  private final List<Balancer.Blame> suspicions = new ArrayList<>(1);

  private final @Nullable Past past;
  private JobDescription job = JobDescription.UNKNOWN;
  private int deaths;

  /** An operator has taken its host away: no death. */
  private boolean evicted;

  JobSession(
      ActorContext<Balancer.SessionMessage> context,
      SessionEntry entry,
      JobRelay relay,
      Surroundings around,
      @Nullable Past past) {
    super(context, entry, around, past);
    this.relay = relay;
    this.past = past;
    if (past != null) {
      died.addAll(past.died());
      deaths = past.deaths();
      suspicions.addAll(past.suspicions());
    }
    history = new JobHistory(entry.acceptedAtNanos);
    relay.start(new JobCallbacks(entry, context.getSelf(), around));
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
    Heir heir = around.heir().get();
    if (heir != null) {
      giveAwayTo(heir);
      return this;
    }
    job = m.job();
    history.received(job, nowNanos());
    if (m.refusal().isPresent()) {
      refused(m.refusal().get());
    } else {
      history.asked(nowNanos());
      takePlace();
    }
    return this;
  }

  private void takePlace() {
    if (past != null && past.ticket() > 0) {
      arrive(past.ticket(), past.arrivedAtNanos());
    } else {
      arrive(around.tickets().incrementAndGet(), nowNanos());
    }
  }

  @Override
  Past past() {
    Past common = super.past();
    return new Past(
        common.session(),
        common.wishes(),
        common.ticket(),
        common.arrivedAtNanos(),
        common.acceptedAt(),
        common.acceptedAtNanos(),
        common.avoid(),
        died,
        deaths,
        suspicions);
  }

  private void refused(JobRefusal refusal) {
    AuditEntry entry =
        new AuditEntry(
            "distcc",
            JobLog.address(relay.clientAddress()),
            Optional.empty(),
            Optional.of(around.jobs().proxy()),
            "was refused a job: " + refusal.reason());
    around.jobs().audit().record(entry);
    answer(refusal.message());
  }

  /** The developer is told what the compiler would tell: no object file, and why. */
  private void answer(String message) {
    history.ends(JobOutcome.REFUSED);
    relay.answer(RefusalResponse.of(job.version(), RefusalResponse.COMPILE_ERROR, message));
  }

  private Behavior<Balancer.SessionMessage> onMalformed(Malformed m) {
    history.ends(JobOutcome.MALFORMED);
    String client = "client " + relay.clientAddress() + " closed: ";
    around
        .complaints()
        .add(Complaint.MALFORMED, client + "no request of distcc's, " + m.complaint());
    return this;
  }

  @Override
  Wish wish() {
    return new Wish(job.compiler(), avoid, died, Optional.empty());
  }

  @Override
  void waits() {}

  @Override
  void granted(Slot slot, long nowNanos) {
    evicted = false;
    history.granted(slot.backend(), nowNanos);
  }

  @Override
  void refused(Refusal reason) {
    String compiler = Printable.quoted(job.compiler(), MAX_SHOWN);
    complain(reason, "job of " + relay.clientAddress() + " not served (" + compiler + ")");
    if (reason == Refusal.NO_COMPILER && job.isReadable()) {
      answer(noHostHas(compiler));
      return;
    }
    giveUp(reason == Refusal.QUEUE_TIMEOUT ? JobOutcome.TIMED_OUT : JobOutcome.LOST);
  }

  private static String noHostHas(String compiler) {
    return "tcpbalance: no host of the compile farm has the compiler %s. %s\n"
        .formatted(
            compiler,
            "Call another one, compile this file without distcc, or ask the administrator of the"
                + " farm.");
  }

  private void giveUp(JobOutcome withoutAnswer) {
    history.ends(withoutAnswer);
    relay.giveUp();
  }

  private Behavior<Balancer.SessionMessage> onAttemptEnded(AttemptEnded m) {
    history.attemptEnded(m.end(), nowNanos());
    switch (m.end().result()) {
      case ANSWERED -> {
        around.metrics().compiled(m.end().totalNanos() - m.end().sendNanos());
        history.ends(m.compiled() ? JobOutcome.COMPILED : JobOutcome.COMPILE_ERROR);
        suspicions.stream()
            .filter(s -> !s.backend().equals(m.backend()))
            .forEach(around.balancer()::tell);
      }
      case ABANDONED -> {
        if (evicted) {
          goElsewhere(ReplayReason.REMOVED);
        } else {
          onDeath(m);
        }
      }
      case TIMED_OUT -> onDeath(m);
      case BROKE_OFF, HOST_FAULT -> {
        suspicions.add(new Balancer.Blame(current(), m.backend(), m.end().reason()));
        onDeath(m);
      }
    }
    return this;
  }

  private void onDeath(AttemptEnded m) {
    deaths++;
    died.add(m.backend());
    boolean last = deaths >= around.jobs().settings().maxAttempts();
    getContext()
        .getLog()
        .info(
            "proxy {}: job of {} {}: {} {}",
            around.jobs().proxy(),
            relay.clientAddress(),
            last ? "is given up" : "goes elsewhere",
            m.backend(),
            m.end().reason());
    if (last) {
      // Unless there is an answer of an earlier host, which is passed on.
      giveUp(JobOutcome.LOST);
    } else {
      goElsewhere(ReplayReason.of(m.end().result()));
    }
  }

  private void goElsewhere(ReplayReason reason) {
    replayed(reason);
    ask();
  }

  @Override
  void replayed(ReplayReason reason) {
    history.replayed(reason);
    history.asked(nowNanos());
    around.jobs().counters().replayed(reason);
  }

  /** Its sockets may stay open for long after a host's death: nobody waits for them. */
  private Behavior<Balancer.SessionMessage> onBackendLost(Balancer.BackendLost m) {
    if (isCurrent(m.lease())) {
      relay.abandon("lost: " + m.reason());
    }
    return this;
  }

  private Behavior<Balancer.SessionMessage> onEvicted(Balancer.Evicted m) {
    if (!isCurrent(m.lease())) {
      return this;
    }
    if (giveUpResolving()) {
      goElsewhere(ReplayReason.REMOVED);
    } else {
      evicted = true;
      relay.abandon("removed by force");
    }
    return this;
  }

  /** A client that leaves before it has sent a request had none: its preprocessor failed. */
  @Override
  void ended(RelayEnd end) {
    if (end.cause() != RelayEnd.Cause.SURRENDERED && history.isWorthTelling()) {
      JobReport report =
          history.report(around.jobs().proxy(), relay.clientAddress(), end, nowNanos());
      around.jobs().counters().finished(report.outcome());
      around.jobs().log().finished(report);
    }
  }
}
