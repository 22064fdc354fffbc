package io.tcpbalance.cluster.mail;

import static io.tcpbalance.cluster.mail.Parts.lease;
import static io.tcpbalance.cluster.mail.Parts.slot;

import io.tcpbalance.balancer.Refusal;

/** The wire form of {@link ToNode}; see {@link MailCodec}. */
final class ToNodeCodec {

  private static final Kinds<ToNode> KINDS =
      Kinds.<ToNode>elseRead(in -> new Unknown())
          .with(
              "granted",
              ToNode.Granted.class,
              (out, m) -> slot(lease(out, m.lease()), m.slot()).number(m.ticket()),
              in -> new ToNode.Granted(lease(in), slot(in), in.number()))
          .with(
              "queued",
              ToNode.Queued.class,
              (out, m) -> lease(out, m.lease()).number(m.ticket()),
              in -> new ToNode.Queued(lease(in), in.number()))
          .with(
              "refused",
              ToNode.Refused.class,
              (out, m) -> lease(out, m.lease()).name(m.reason()),
              in -> new ToNode.Refused(lease(in), in.name(Refusal.class, Refusal.NO_SUCH_BACKEND)))
          .with(
              "evicted",
              ToNode.Evicted.class,
              (out, m) -> lease(out, m.lease()),
              in -> new ToNode.Evicted(lease(in)))
          .with(
              "backend-lost",
              ToNode.BackendLost.class,
              (out, m) -> lease(out, m.lease()).text(m.reason()),
              in -> new ToNode.BackendLost(lease(in), in.text()))
          .with(
              "health-changed",
              ToNode.HealthChanged.class,
              (out, m) ->
                  out.text(m.backend())
                      .bool(m.healthy())
                      .bool(m.onTrial())
                      .text(m.reason())
                      .instant(m.at()),
              in ->
                  new ToNode.HealthChanged(
                      in.text(), in.bool(), in.bool(), in.text(), in.instant()))
          .with(
              "counting",
              ToNode.Counting.class,
              (out, m) -> out.list(m.silent(), Out::node).list(m.removed(), Out::node),
              in -> new ToNode.Counting(in.list(In::node), in.list(In::node)))
          .with(
              "answered",
              ToNode.Answered.class,
              (out, m) -> AnswerCodec.KINDS.write(out.number(m.id()), m.answer()),
              in -> new ToNode.Answered(in.number(), AnswerCodec.KINDS.read(in)))
          .with("roster", RosterPart.class, Parts::roster, Parts::roster)
          .with("piece", Piece.class, Parts::piece, Parts::piece);

  private ToNodeCodec() {}

  static Out write(ToNode item) {
    return KINDS.write(new Out(), item);
  }

  /** One that makes no sense is of a newer version, and must not hold up those behind it. */
  static ToNode read(In in) {
    try {
      return KINDS.read(in);
    } catch (IllegalArgumentException e) {
      return new Unknown();
    }
  }
}
