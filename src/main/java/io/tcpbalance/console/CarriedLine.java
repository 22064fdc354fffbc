package io.tcpbalance.console;

import io.tcpbalance.admin.Json;
import io.tcpbalance.admin.Origin;
import io.tcpbalance.admin.nodes.RemoteAnswer;
import io.tcpbalance.admin.nodes.RemoteAnswer.Header;
import io.tcpbalance.admin.nodes.RemoteRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * The form of a line that is carried to another node, and of its answer. Nodes of several versions
 * read it: a header that is missing has a meaning too.
 */
final class CarriedLine {

  private static final String TEXT = "text/plain; charset=UTF-8";
  private static final String PROXY = "Proxy";
  private static final String NEXT = "Next";
  private static final String PAUSE_MS = "Pause-Ms";
  private static final String MISUNDERSTOOD = "Misunderstood";

  private CarriedLine() {}

  /**
   * A line.
   *
   * @param proxy that is meant there; empty if none was chosen
   */
  static RemoteRequest request(Origin by, String proxy, String line, boolean change) {
    return new RemoteRequest(
        by.via(),
        by.from(),
        by.who(),
        change ? "POST" : "GET",
        proxy,
        TEXT,
        ByteString.fromString(line));
  }

  static String line(RemoteRequest request) {
    return request.body().utf8String();
  }

  /** The proxy that it is about, if one was chosen. */
  static Optional<String> proxy(RemoteRequest request) {
    return Optional.of(request.target()).filter(name -> !name.isEmpty());
  }

  /**
   * An answer.
   *
   * @param proxy that is meant there from now on, if that is clear
   */
  static RemoteAnswer of(Answer answer, Optional<String> proxy) {
    List<Header> headers = new ArrayList<>();
    proxy.ifPresent(name -> headers.add(new Header(PROXY, name)));
    headers.add(new Header(NEXT, answer.next().name()));
    headers.add(new Header(PAUSE_MS, String.valueOf(answer.pause().toMillis())));
    if (!answer.understood()) {
      headers.add(new Header(MISUNDERSTOOD, "yes"));
    }
    return new RemoteAnswer(200, TEXT, headers, ByteString.fromString(answer.text()));
  }

  /**
   * An answer to a line, in contrast to an error on the way.
   *
   * @throws Misuse that tells the error
   */
  static RemoteAnswer checked(RemoteAnswer told) {
    if (!told.isGood()) {
      throw new Misuse(Json.read(told.body().toArrayUnsafe()).path("error").asText());
    }
    return told;
  }

  static Answer answer(RemoteAnswer told) {
    boolean repeat = header(told, NEXT).filter(Answer.Next.REPEAT.name()::equals).isPresent();
    return new Answer(
        told.body().utf8String(),
        repeat ? Answer.Next.REPEAT : Answer.Next.LISTEN,
        Duration.ofMillis(header(told, PAUSE_MS).map(Long::parseLong).orElse(0L)),
        header(told, MISUNDERSTOOD).isEmpty());
  }

  static Optional<String> proxy(RemoteAnswer told) {
    return header(told, PROXY);
  }

  private static Optional<String> header(RemoteAnswer told, String name) {
    return told.headers().stream()
        .filter(header -> header.name().equals(name))
        .map(Header::value)
        .findFirst();
  }
}
