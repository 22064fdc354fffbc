package io.tcpbalance.cluster;

import io.tcpbalance.balancer.OperationRefused;
import io.tcpbalance.balancer.Refusal;
import io.tcpbalance.balancer.WaitingClient;
import java.net.InetSocketAddress;

/** The wire form of {@link ToNode}; see {@link MailCodec}. */
final class ToNodeCodec {

  private ToNodeCodec() {}

  static Out write(ToNode item) {
    Out out = new Out();
    if (item instanceof ToNode.Granted m) {
      Parts.slot(Parts.lease(out.text("granted"), m.lease()), m.slot()).number(m.ticket());
    } else if (item instanceof ToNode.Queued m) {
      Parts.lease(out.text("queued"), m.lease()).number(m.ticket());
    } else if (item instanceof ToNode.Refused m) {
      Parts.lease(out.text("refused"), m.lease()).name(m.reason());
    } else if (item instanceof ToNode.Evicted m) {
      Parts.lease(out.text("evicted"), m.lease());
    } else if (item instanceof ToNode.BackendLost m) {
      Parts.lease(out.text("backend-lost"), m.lease()).text(m.reason());
    } else if (item instanceof ToNode.HealthChanged m) {
      out.text("health-changed").text(m.backend()).bool(m.healthy()).bool(m.onTrial());
      out.text(m.reason()).instant(m.at());
    } else if (item instanceof ToNode.Answered m) {
      answer(out.text("answered").number(m.id()), m.answer());
    } else if (item instanceof RosterPart m) {
      Parts.roster(out.text("roster"), m);
    } else {
      throw new IllegalArgumentException("no such item: " + item);
    }
    return out;
  }

  /** One that makes no sense is of a newer version, and must not hold up those behind it. */
  static ToNode read(In in) {
    try {
      return known(in);
    } catch (IllegalArgumentException e) {
      return new Unknown();
    }
  }

  private static ToNode known(In in) {
    return switch (in.text()) {
      case "granted" -> new ToNode.Granted(Parts.lease(in), Parts.slot(in), in.number());
      case "queued" -> new ToNode.Queued(Parts.lease(in), in.number());
      case "refused" ->
          new ToNode.Refused(Parts.lease(in), in.name(Refusal.class, Refusal.NO_SUCH_BACKEND));
      case "evicted" -> new ToNode.Evicted(Parts.lease(in));
      case "backend-lost" -> new ToNode.BackendLost(Parts.lease(in), in.text());
      case "health-changed" ->
          new ToNode.HealthChanged(in.text(), in.bool(), in.bool(), in.text(), in.instant());
      case "answered" -> new ToNode.Answered(in.number(), answer(in));
      case "roster" -> Parts.roster(in);
      default -> new Unknown();
    };
  }

  private static void answer(Out out, Answer answer) {
    if (answer instanceof Answer.Pool a) {
      out.text("pool").instant(a.startedAt()).number(a.waiting());
      out.list(a.counts(), ToNodeCodec::counts);
    } else if (answer instanceof Answer.Waiting a) {
      out.text("waiting").list(a.clients(), ToNodeCodec::client);
    } else if (answer instanceof Answer.Backend a) {
      Parts.status(out.text("backend"), a.status());
    } else if (answer instanceof Answer.Rearranged a) {
      out.text("rearranged").list(a.before(), Parts::settings).list(a.after(), Parts::settings);
    } else if (answer instanceof Answer.Refused a) {
      out.text("refused").name(a.kind()).text(a.message());
    }
  }

  private static Answer answer(In in) {
    return switch (in.text()) {
      case "pool" -> new Answer.Pool(in.instant(), in.integer(), in.list(ToNodeCodec::counts));
      case "waiting" -> new Answer.Waiting(in.list(ToNodeCodec::client));
      case "backend" -> new Answer.Backend(Parts.status(in));
      case "rearranged" ->
          new Answer.Rearranged(in.list(Parts::settings), in.list(Parts::settings));
      case "refused" ->
          new Answer.Refused(
              in.name(OperationRefused.Kind.class, OperationRefused.Kind.CONFLICT), in.text());
      default ->
          new Answer.Refused(
              OperationRefused.Kind.INVALID,
              "the pool's node is of another version, whose answer this one does not know;"
                  + " upgrade all nodes");
    };
  }

  private static void counts(Out out, Answer.Counts c) {
    out.text(c.backend())
        .number(c.slots())
        .number(c.pending())
        .number(c.active())
        .optional(c.lastError(), Out::text)
        .optional(c.lastErrorTime(), Out::instant)
        .number(c.activeCount())
        .number(c.activeTimeMs())
        .number(c.bytesIn())
        .number(c.bytesOut());
  }

  private static Answer.Counts counts(In in) {
    return new Answer.Counts(
        in.text(),
        in.integer(),
        in.integer(),
        in.integer(),
        in.optional(In::text),
        in.optional(In::instant),
        in.number(),
        in.number(),
        in.number(),
        in.number());
  }

  private static void client(Out out, WaitingClient c) {
    out.number(c.position()).number(c.session()).address((InetSocketAddress) c.client());
    out.number(c.waitedMs());
  }

  private static WaitingClient client(In in) {
    return new WaitingClient(in.integer(), in.number(), in.address(), in.number());
  }
}
