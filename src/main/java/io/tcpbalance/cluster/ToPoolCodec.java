package io.tcpbalance.cluster;

import io.tcpbalance.balancer.Observation;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import java.util.Optional;

/** The wire form of {@link ToPool}; see {@link MailCodec}. */
final class ToPoolCodec {

  private ToPoolCodec() {}

  static Out write(ToPool item) {
    Out out = new Out();
    if (item instanceof ToPool.Begin m) {
      Parts.stamp(out.text("begin"), m.stamp()).number(m.lastTicket());
      MailCodec.graves(out, m.graves());
    } else if (item instanceof ToPool.Acquire m) {
      Parts.lease(out.text("acquire"), m.lease()).number(m.ticket()).number(m.agedNanos());
      Parts.wish(out, m.wish()).address(m.client());
    } else if (item instanceof ToPool.Holds m) {
      Parts.slot(Parts.lease(out.text("holds"), m.lease()), m.slot()).bool(m.active());
    } else if (item instanceof ToPool.CensusEnd) {
      out.text("census-end");
    } else if (item instanceof ToPool.Connected m) {
      Parts.lease(out.text("connected"), m.lease());
    } else if (item instanceof ToPool.Release m) {
      Parts.slot(Parts.lease(out.text("release"), m.lease()), m.slot());
      Parts.outcome(out, m.outcome());
    } else if (item instanceof ToPool.Blame m) {
      Parts.lease(out.text("blame"), m.lease()).text(m.backend()).text(m.reason());
    } else if (item instanceof ToPool.Withdraw m) {
      Parts.lease(out.text("withdraw"), m.lease());
    } else if (item instanceof ToPool.SessionEnded m) {
      out.text("session-ended").number(m.session());
    } else if (item instanceof ToPool.Observed m) {
      out.text("observed").text(m.backend()).name(m.observation()).text(m.reason());
    } else if (item instanceof ToPool.Learned m) {
      out.text("learned").text(m.backend()).number(m.slots());
    } else if (item instanceof ToPool.Ask m) {
      question(out.text("ask").number(m.id()), m.question());
    } else if (item instanceof RosterPart m) {
      Parts.roster(out.text("roster"), m);
    } else {
      throw new IllegalArgumentException("no such item: " + item);
    }
    return out;
  }

  /** One that makes no sense is of a newer version, and must not hold up those behind it. */
  static ToPool read(In in) {
    try {
      return known(in);
    } catch (IllegalArgumentException e) {
      return new Unknown();
    }
  }

  private static ToPool known(In in) {
    return switch (in.text()) {
      case "begin" -> new ToPool.Begin(Parts.stamp(in), in.number(), MailCodec.graves(in));
      case "acquire" ->
          new ToPool.Acquire(
              Parts.lease(in), in.number(), in.number(), Parts.wish(in), in.address());
      case "holds" -> new ToPool.Holds(Parts.lease(in), Parts.slot(in), in.bool());
      case "census-end" -> new ToPool.CensusEnd();
      case "connected" -> new ToPool.Connected(Parts.lease(in));
      case "release" -> new ToPool.Release(Parts.lease(in), Parts.slot(in), Parts.outcome(in));
      case "blame" -> new ToPool.Blame(Parts.lease(in), in.text(), in.text());
      case "withdraw" -> new ToPool.Withdraw(Parts.lease(in));
      case "session-ended" -> new ToPool.SessionEnded(in.number());
      case "observed" -> new ToPool.Observed(in.text(), in.name(Observation.class), in.text());
      case "learned" -> new ToPool.Learned(in.text(), in.integer());
      case "ask" -> new ToPool.Ask(in.number(), question(in));
      case "roster" -> Parts.roster(in);
      default -> new Unknown();
    };
  }

  private static void question(Out out, Question question) {
    if (question instanceof Question.Describe) {
      out.text("describe");
    } else if (question instanceof Question.ListWaiting q) {
      out.text("list-waiting").number(q.limit());
    } else if (question instanceof Question.Add q) {
      Parts.placement(Parts.settings(out.text("add"), q.backend()), q.placement());
    } else if (question instanceof Question.Change q) {
      out.text("change").text(q.name());
      out.optional(q.state(), Out::name);
      out.optional(q.maxConnections(), Parts::limit);
      out.optional(q.placement(), Parts::placement);
      out.optional(q.compilers(), Out::texts);
    } else if (question instanceof Question.Reset q) {
      out.text("reset").text(q.name());
    } else if (question instanceof Question.ResetAll) {
      out.text("reset-all");
    } else if (question instanceof Question.Remove q) {
      out.text("remove").text(q.name()).bool(q.force());
    } else if (question instanceof Question.Rearrange q) {
      Parts.stamp(out.text("rearrange"), q.basedOn()).list(q.backends(), Parts::settings);
    }
  }

  private static Question question(In in) {
    return switch (in.text()) {
      case "describe" -> new Question.Describe();
      case "list-waiting" -> new Question.ListWaiting(in.integer());
      case "add" -> new Question.Add(Parts.settings(in), Parts.placement(in));
      case "change" -> {
        String name = in.text();
        Optional<OperatorState> state = in.optional(i -> i.name(OperatorState.class));
        Optional<SlotLimit> limit = in.optional(Parts::limit);
        yield new Question.Change(
            name, state, limit, in.optional(Parts::placement), in.optional(In::texts));
      }
      case "reset" -> new Question.Reset(in.text());
      case "reset-all" -> new Question.ResetAll();
      case "remove" -> new Question.Remove(in.text(), in.bool());
      case "rearrange" -> new Question.Rearrange(Parts.stamp(in), in.list(Parts::settings));
      default -> new Question.NotUnderstood();
    };
  }
}
