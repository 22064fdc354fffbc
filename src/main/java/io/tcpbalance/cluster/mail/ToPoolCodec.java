package io.tcpbalance.cluster.mail;

import static io.tcpbalance.cluster.mail.Parts.OUTCOMES;
import static io.tcpbalance.cluster.mail.Parts.lease;
import static io.tcpbalance.cluster.mail.Parts.slot;
import static io.tcpbalance.cluster.mail.Parts.stamp;
import static io.tcpbalance.cluster.mail.Parts.wish;

import io.tcpbalance.balancer.Observation;

/** The wire form of {@link ToPool}; see {@link MailCodec}. */
final class ToPoolCodec {

  private static final Kinds<ToPool> KINDS =
      Kinds.<ToPool>elseRead(in -> new Unknown())
          .with(
              "begin",
              ToPool.Begin.class,
              (out, m) ->
                  MailCodec.graves(stamp(out, m.stamp()).number(m.lastTicket()), m.graves()),
              in -> new ToPool.Begin(stamp(in), in.number(), MailCodec.graves(in)))
          .with(
              "acquire",
              ToPool.Acquire.class,
              (out, m) -> {
                lease(out, m.lease()).number(m.ticket()).number(m.agedNanos());
                wish(out, m.wish()).address(m.client());
              },
              in -> new ToPool.Acquire(lease(in), in.number(), in.number(), wish(in), in.address()))
          .with(
              "holds",
              ToPool.Holds.class,
              (out, m) -> slot(lease(out, m.lease()), m.slot()).bool(m.active()),
              in -> new ToPool.Holds(lease(in), slot(in), in.bool()))
          .with("census-end", new ToPool.CensusEnd())
          .with(
              "connected",
              ToPool.Connected.class,
              (out, m) -> lease(out, m.lease()),
              in -> new ToPool.Connected(lease(in)))
          .with(
              "release",
              ToPool.Release.class,
              (out, m) -> OUTCOMES.write(slot(lease(out, m.lease()), m.slot()), m.outcome()),
              in -> new ToPool.Release(lease(in), slot(in), OUTCOMES.read(in)))
          .with(
              "blame",
              ToPool.Blame.class,
              (out, m) -> lease(out, m.lease()).text(m.backend()).text(m.reason()),
              in -> new ToPool.Blame(lease(in), in.text(), in.text()))
          .with(
              "withdraw",
              ToPool.Withdraw.class,
              (out, m) -> lease(out, m.lease()),
              in -> new ToPool.Withdraw(lease(in)))
          .with(
              "session-ended",
              ToPool.SessionEnded.class,
              (out, m) -> out.number(m.session()),
              in -> new ToPool.SessionEnded(in.number()))
          .with(
              "observed",
              ToPool.Observed.class,
              (out, m) -> out.text(m.backend()).name(m.observation()).text(m.reason()),
              in -> new ToPool.Observed(in.text(), in.name(Observation.class), in.text()))
          .with(
              "learned",
              ToPool.Learned.class,
              (out, m) -> out.text(m.backend()).number(m.slots()),
              in -> new ToPool.Learned(in.text(), in.integer()))
          .with(
              "ask",
              ToPool.Ask.class,
              (out, m) -> QuestionCodec.KINDS.write(out.number(m.id()), m.question()),
              in -> new ToPool.Ask(in.number(), QuestionCodec.KINDS.read(in)))
          .with("roster", RosterPart.class, Parts::roster, Parts::roster)
          .with("piece", Piece.class, Parts::piece, Parts::piece);

  private ToPoolCodec() {}

  static Out write(ToPool item) {
    return KINDS.write(new Out(), item);
  }

  /** One that makes no sense is of a newer version, and must not hold up those behind it. */
  static ToPool read(In in) {
    try {
      return KINDS.read(in);
    } catch (IllegalArgumentException e) {
      return new Unknown();
    }
  }
}
