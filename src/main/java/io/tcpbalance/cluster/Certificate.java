package io.tcpbalance.cluster;

import io.tcpbalance.secrets.BadSecretException;
import io.tcpbalance.secrets.PeerTls;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Looks after the node's certificate: takes up a renewed one, and tells of one that is about to
 * end, after which the node could make no connection.
 */
final class Certificate extends AbstractBehavior<Certificate.Look> {

  enum Look {
    INSTANCE
  }

  /** As often as the HTTP interface does. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  /** In time for those who are on holiday. */
  private static final Duration WARN_BEFORE_END = Duration.ofDays(14);

  /** What outlives a life of this actor. */
  static final class Estate {
    private final PeerTls tls;
    private final InstantSource clock;
    private @Nullable X509Certificate told;
    private boolean warned;

    Estate(PeerTls tls, InstantSource clock) {
      this.tls = tls;
      this.clock = clock;
    }
  }

  private final Estate estate;

  private Certificate(ActorContext<Look> context, Estate estate) {
    super(context);
    context.setLoggerName(Certificate.class);
    this.estate = estate;
  }

  static Behavior<Look> create(Estate estate) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                context -> {
                  timers.startTimerWithFixedDelay(Look.INSTANCE, Duration.ZERO, LOOK);
                  return new Certificate(context, estate);
                }));
  }

  @Override
  public Receive<Look> createReceive() {
    return newReceiveBuilder().onMessage(Look.class, m -> onLook()).build();
  }

  private Behavior<Look> onLook() {
    try {
      estate.tls.renew();
    } catch (BadSecretException e) {
      getContext().getLog().error("the cluster gets no other certificate: {}", e.getMessage());
    }
    X509Certificate certificate = estate.tls.certificate();
    Instant end = certificate.getNotAfter().toInstant();
    if (!certificate.equals(estate.told)) {
      tell(certificate, end);
    }
    if (!estate.warned && estate.clock.instant().plus(WARN_BEFORE_END).isAfter(end)) {
      estate.warned = true;
      getContext().getLog().warn("the cluster's certificate ends at {}: renew it", end);
    }
    return this;
  }

  private void tell(X509Certificate certificate, Instant end) {
    estate.told = certificate;
    estate.warned = false;
    getContext()
        .getLog()
        .info(
            "certificate of {}, which ends at {}, is for new connections between nodes",
            certificate.getSubjectX500Principal().getName(),
            end);
  }
}
