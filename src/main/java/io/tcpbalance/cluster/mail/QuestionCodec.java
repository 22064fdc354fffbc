package io.tcpbalance.cluster.mail;

import static io.tcpbalance.cluster.mail.Parts.PLACEMENTS;

import io.tcpbalance.config.OperatorState;

/** The wire form of {@link Question}; see {@link MailCodec}. */
final class QuestionCodec {

  static final Kinds<Question> KINDS =
      Kinds.<Question>elseRead(in -> new Question.NotUnderstood())
          .with("describe", new Question.Describe())
          .with(
              "list-waiting",
              Question.ListWaiting.class,
              (out, q) -> out.number(q.limit()),
              in -> new Question.ListWaiting(in.integer()))
          .with(
              "add",
              Question.Add.class,
              (out, q) -> PLACEMENTS.write(Parts.settings(out, q.backend()), q.placement()),
              in -> new Question.Add(Parts.settings(in), PLACEMENTS.read(in)))
          .with("change", Question.Change.class, QuestionCodec::change, QuestionCodec::change)
          .with(
              "reset",
              Question.Reset.class,
              (out, q) -> out.text(q.name()),
              in -> new Question.Reset(in.text()))
          .with("reset-all", new Question.ResetAll())
          .with(
              "remove",
              Question.Remove.class,
              (out, q) -> out.text(q.name()).bool(q.force()),
              in -> new Question.Remove(in.text(), in.bool()))
          .with(
              "rearrange",
              Question.Rearrange.class,
              (out, q) -> Parts.stamp(out, q.basedOn()).list(q.backends(), Parts::settings),
              in -> new Question.Rearrange(Parts.stamp(in), in.list(Parts::settings)));

  private QuestionCodec() {}

  private static void change(Out out, Question.Change q) {
    out.text(q.name())
        .optional(q.state(), Out::name)
        .optional(q.maxConnections(), Parts::limit)
        .optional(q.placement(), PLACEMENTS::write)
        .optional(q.compilers(), Out::texts);
  }

  private static Question.Change change(In in) {
    return new Question.Change(
        in.text(),
        in.optional(i -> i.name(OperatorState.class)),
        in.optional(Parts::limit),
        in.optional(PLACEMENTS::read),
        in.optional(In::texts));
  }
}
