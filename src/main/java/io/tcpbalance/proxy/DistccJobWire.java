package io.tcpbalance.proxy;

import io.tcpbalance.distcc.HeartBeat;
import io.tcpbalance.distcc.JobRefusal;
import io.tcpbalance.distcc.JobRules;
import io.tcpbalance.distcc.Printable;
import io.tcpbalance.distcc.RequestParser;
import io.tcpbalance.distcc.ResponseParser;
import io.tcpbalance.distcc.Verdict;
import io.tcpbalance.distcc.WireLimits;
import io.tcpbalance.relay.JobWire;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** distcc's wire format, as a relay of jobs needs it. */
final class DistccJobWire implements JobWire {

  private static final int MAX_SHOWN = 200;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final WireLimits limits;
  private final RequestParser request;
  private @Nullable ResponseParser answer;
  private @Nullable HeartBeat heartBeat;
  private int beatsBefore;

  DistccJobWire(WireLimits limits, JobRules rules) {
    this.limits = limits;
    request = new RequestParser(limits, rules);
  }

  /** What the request says; only when it was received. */
  JobDescription describe() {
    return new JobDescription(
        request.version(),
        Objects.requireNonNullElse(request.compiler(), ""),
        Objects.requireNonNullElse(request.inputFile(), ""),
        request.announcedBytes());
  }

  @Override
  public Request request(ByteBuffer in) {
    return switch (request.feed(in)) {
      case NEED_MORE -> Request.NEED_MORE;
      case COMPLETE -> Request.WHOLE;
      case PLAIN_TCP, TOO_LARGE -> Request.STREAM;
      case MALFORMED -> Request.MALFORMED;
    };
  }

  @Override
  public long announcedRequestBytes() {
    return request.announcedBytes();
  }

  @Override
  public String complaint() {
    return Objects.requireNonNullElse(request.reason(), "");
  }

  @Override
  public void expectAnswer() {
    answer = new ResponseParser(request.version(), limits);
  }

  @Override
  public Answer answer(ByteBuffer in) {
    ResponseParser parser = parser();
    return switch (parser.feed(in)) {
      case NEED_MORE -> Answer.NEED_MORE;
      case MALFORMED -> Answer.MALFORMED;
      case COMPLETE ->
          Verdict.of(parser).kind() == Verdict.Kind.HOST_FAULT ? Answer.HOST_FAULT : Answer.WHOLE;
    };
  }

  @Override
  public long announcedAnswerBytes() {
    return parser().announcedBytes();
  }

  @Override
  public String fault() {
    return Verdict.of(parser()).reason();
  }

  @Override
  public String fault(String how) {
    return Verdict.withoutAnswer(parser(), how).reason();
  }

  @Override
  public ByteBuffer heartBeat() {
    if (heartBeat == null) {
      heartBeat = new HeartBeat(request.version(), beatsBefore);
    }
    return heartBeat.hasNext() ? heartBeat.next() : NOTHING;
  }

  @Override
  public void resumeHeartBeats(int sent) {
    beatsBefore = sent;
  }

  @Override
  public int heartBeatsSent() {
    return heartBeat == null ? beatsBefore : heartBeat.sent();
  }

  /** Why the job must not go to a host. */
  Optional<JobRefusal> refusal() {
    return request.refusal();
  }

  /** Whether the last answer says that it was compiled. */
  boolean compiled() {
    return answer != null
        && answer.state() == ResponseParser.State.COMPLETE
        && answer.status() == 0;
  }

  /** Whether the last answer has an object file, which the user of a compiler may do without. */
  boolean hasObject() {
    return compiled() && parser().objectBytes() > 0;
  }

  /** What an answer that is no object file says, for the log. */
  String failure() {
    ResponseParser parser = parser();
    String messages = parser.errorText().strip();
    String verdict = parser.status() == 0 ? "an empty object file" : Verdict.of(parser).reason();
    return messages.isEmpty() ? verdict : verdict + ", " + Printable.quoted(messages, MAX_SHOWN);
  }

  private ResponseParser parser() {
    return Objects.requireNonNull(answer, "expectAnswer comes first");
  }
}
