package io.tcpbalance.cluster.mail;

import io.tcpbalance.balancer.OperationRefused;
import io.tcpbalance.balancer.RemoteSession;
import io.tcpbalance.balancer.WaitingClient;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The wire form of {@link Answer}; see {@link MailCodec}. */
final class AnswerCodec {

  static final Kinds<Answer> KINDS =
      Kinds.<Answer>elseRead(in -> newer())
          .with(
              "pool",
              Answer.Pool.class,
              (out, a) ->
                  out.instant(a.startedAt())
                      .number(a.waiting())
                      .list(a.counts(), AnswerCodec::counts)
                      .list(a.holders(), AnswerCodec::holder),
              in ->
                  new Answer.Pool(
                      in.instant(),
                      in.integer(),
                      in.list(AnswerCodec::counts),
                      in.newerList(AnswerCodec::holder)))
          .with("waiting", Answer.Waiting.class, AnswerCodec::waiting, AnswerCodec::waiting)
          .with(
              "backend",
              Answer.Backend.class,
              (out, a) -> Parts.status(out, a.status()),
              in -> new Answer.Backend(Parts.status(in)))
          .with(
              "rearranged",
              Answer.Rearranged.class,
              (out, a) -> out.list(a.before(), Parts::settings).list(a.after(), Parts::settings),
              in -> new Answer.Rearranged(in.list(Parts::settings), in.list(Parts::settings)))
          .with(
              "refused",
              Answer.Refused.class,
              (out, a) -> out.name(a.kind()).text(a.message()),
              in ->
                  new Answer.Refused(
                      in.name(OperationRefused.Kind.class, OperationRefused.Kind.CONFLICT),
                      in.text()));

  private AnswerCodec() {}

  private static Answer newer() {
    return new Answer.Refused(
        OperationRefused.Kind.INVALID,
        "the pool's node is of another version, whose answer this one does not know;"
            + " upgrade all nodes");
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

  private static void holder(Out out, RemoteSession s) {
    out.text(s.node()).number(s.session()).text(s.backend()).bool(s.active());
  }

  private static RemoteSession holder(In in) {
    return new RemoteSession(in.text(), in.number(), in.text(), in.bool());
  }

  /** Their nodes come behind all of them, where the first version does not look for anything. */
  private static void waiting(Out out, Answer.Waiting a) {
    out.list(a.clients(), AnswerCodec::client)
        .list(a.clients(), (o, client) -> o.optional(client.node(), Out::text));
  }

  private static Answer.Waiting waiting(In in) {
    List<WaitingClient> clients = in.list(AnswerCodec::client);
    List<Optional<String>> nodes = in.newerList(i -> i.optional(In::text));
    if (nodes.size() != clients.size()) {
      return new Answer.Waiting(clients);
    }
    return new Answer.Waiting(
        IntStream.range(0, nodes.size()).mapToObj(i -> clients.get(i).at(nodes.get(i))).toList());
  }

  private static void client(Out out, WaitingClient c) {
    out.number(c.position()).number(c.session()).address((InetSocketAddress) c.client());
    out.number(c.waitedMs());
  }

  private static WaitingClient client(In in) {
    return new WaitingClient(
        in.integer(), in.number(), in.address(), in.number(), Optional.empty());
  }
}
