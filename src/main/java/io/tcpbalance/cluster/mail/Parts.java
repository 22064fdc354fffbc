package io.tcpbalance.cluster.mail;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.Learning;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Outcome;
import io.tcpbalance.balancer.Placement;
import io.tcpbalance.balancer.Wish;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.pekko.util.ByteString;

/** The wire forms of what several items consist of; see {@link MailCodec}. */
final class Parts {

  /** Of one that is unknown nothing is learnt. */
  static final Kinds<Outcome> OUTCOMES =
      Kinds.<Outcome>elseRead(in -> new Outcome.Unused())
          .with(
              "finished",
              Outcome.Finished.class,
              (out, o) -> used(out, o).optional(o.error(), Out::text).bool(o.failsHost()),
              in ->
                  new Outcome.Finished(
                      in.number(), in.number(), in.number(), in.optional(In::text), in.bool()))
          .with(
              "aborted",
              Outcome.Aborted.class,
              Parts::used,
              in -> new Outcome.Aborted(in.number(), in.number(), in.number()))
          .with(
              "connect-failed",
              Outcome.ConnectFailed.class,
              (out, o) -> out.text(o.reason()).bool(o.losesJobs()),
              in -> new Outcome.ConnectFailed(in.text(), in.bool()))
          .with("unused", new Outcome.Unused());

  static final Kinds<Placement> PLACEMENTS =
      Kinds.<Placement>elseRead(in -> new Placement.Last())
          .with(
              "after",
              Placement.After.class,
              (out, after) -> out.text(after.name()),
              in -> new Placement.After(in.text()))
          .with("first", new Placement.First())
          .with("last", new Placement.Last());

  private Parts() {}

  static Out lease(Out out, LeaseId lease) {
    return out.number(lease.session()).number(lease.attempt());
  }

  static LeaseId lease(In in) {
    return new LeaseId(in.number(), in.integer());
  }

  static Out slot(Out out, Slot slot) {
    return out.text(slot.backend()).text(slot.host()).number(slot.port());
  }

  static Slot slot(In in) {
    return new Slot(in.text(), in.text(), in.integer());
  }

  static Out stamp(Out out, Stamp stamp) {
    return out.number(stamp.term()).number(stamp.version());
  }

  static Stamp stamp(In in) {
    return new Stamp(in.number(), in.number());
  }

  static Out wish(Out out, Wish wish) {
    return out.text(wish.compiler())
        .texts(wish.avoid())
        .texts(wish.exclude())
        .optional(wish.only(), Out::text);
  }

  static Wish wish(In in) {
    return new Wish(
        in.text(), Set.copyOf(in.texts()), Set.copyOf(in.texts()), in.optional(In::text));
  }

  private static Out used(Out out, Outcome.Used used) {
    return out.number(used.activeNanos()).number(used.bytesIn()).number(used.bytesOut());
  }

  /** 0 is what the host says. */
  static Out limit(Out out, SlotLimit limit) {
    return out.number(limit.fixed().orElse(0));
  }

  static SlotLimit limit(In in) {
    int number = in.integer();
    return number == 0 ? SlotLimit.AUTO : SlotLimit.of(number);
  }

  static Out settings(Out outer, BackendSettings b) {
    return outer.raw(settingsFields(b).toBytes());
  }

  private static Out settingsFields(BackendSettings b) {
    return limit(new Out().text(b.name()).text(b.host()).number(b.port()), b.maxConnections())
        .number(b.statsPort())
        .name(b.state())
        .texts(b.compilers());
  }

  static BackendSettings settings(In outer) {
    In in = new In(outer.raw());
    return new BackendSettings(
        in.text(),
        in.text(),
        in.integer(),
        limit(in),
        in.integer(),
        in.name(OperatorState.class),
        in.texts());
  }

  static Out status(Out out, BackendStatus b) {
    return out.raw(statusFields(b).toBytes());
  }

  private static Out statusFields(BackendStatus b) {
    return new Out()
        .text(b.name())
        .text(b.host())
        .number(b.port())
        .name(b.state())
        .bool(b.healthy())
        .bool(b.removing())
        .bool(b.onTrial())
        .number(b.maxConnections())
        .bool(b.learning().on())
        .number(b.learning().statsPort())
        .number(b.learning().slots().orElse(0))
        .number(b.slots())
        .texts(b.compilers())
        .number(b.pending())
        .number(b.active())
        .optional(b.lastError(), Out::text)
        .optional(b.lastErrorTime(), Out::instant)
        .number(b.activeCount())
        .number(b.activeTimeMs())
        .number(b.bytesIn())
        .number(b.bytesOut());
  }

  static BackendStatus status(In outer) {
    In in = new In(outer.raw());
    return new BackendStatus(
        in.text(),
        in.text(),
        in.integer(),
        in.name(OperatorState.class),
        in.bool(),
        in.bool(),
        in.bool(),
        in.integer(),
        learning(in),
        in.integer(),
        in.texts(),
        in.integer(),
        in.integer(),
        in.optional(In::text),
        in.optional(In::instant),
        in.number(),
        in.number(),
        in.number(),
        in.number());
  }

  private static Learning learning(In in) {
    boolean on = in.bool();
    int statsPort = in.integer();
    int slots = in.integer();
    return new Learning(on, statsPort, slots == 0 ? OptionalInt.empty() : OptionalInt.of(slots));
  }

  static Out roster(Out out, RosterPart part) {
    return stamp(out, part.stamp())
        .instant(part.startedAt())
        .number(part.index())
        .bool(part.last())
        .list(part.backends(), Parts::status);
  }

  static Out piece(Out out, Piece piece) {
    return out.raw(piece.bytes().toArrayUnsafe()).bool(piece.last());
  }

  static Piece piece(In in) {
    return new Piece(ByteString.fromArrayUnsafe(in.raw()), in.bool());
  }

  static RosterPart roster(In in) {
    return new RosterPart(stamp(in), in.instant(), in.integer(), in.bool(), in.list(Parts::status));
  }
}
