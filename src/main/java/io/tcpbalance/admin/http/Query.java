package io.tcpbalance.admin.http;

import io.tcpbalance.admin.ApiError;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** What can be asked for behind the question mark. */
final class Query {

  private static final int DEFAULT_LIMIT = 1_000;
  private static final int MAX_LIMIT = 10_000;
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,5}");

  private Query() {}

  /** How many entries of a list are wanted. */
  static int limit(HttpRequest request) {
    Optional<String> text = request.getUri().query().get("limit");
    if (text.isEmpty()) {
      return DEFAULT_LIMIT;
    }
    int limit = DIGITS.matcher(text.get()).matches() ? Integer.parseInt(text.get()) : 0;
    if (limit < 1 || limit > MAX_LIMIT) {
      throw ApiError.invalid(
          "limit must be an integer from 1 to "
              + MAX_LIMIT
              + ", not '"
              + ApiError.shown(text.get())
              + "'");
    }
    return limit;
  }

  /** Since when something is wanted; if that is not said, since ever. */
  static Instant after(HttpRequest request) {
    Optional<String> text = request.getUri().query().get("after");
    try {
      return text.isEmpty() ? Instant.MIN : Instant.parse(text.get());
    } catch (DateTimeParseException e) {
      throw ApiError.invalid(
          "after must be a time such as 2026-11-23T07:14:53.533Z, not '"
              + ApiError.shown(text.get())
              + "'");
    }
  }

  /** Which node is meant, if that is said. */
  static Optional<String> node(HttpRequest request) {
    return request.getUri().query().get("node");
  }

  /** Whether sessions are to be closed at once. */
  static boolean force(HttpRequest request) {
    String text = request.getUri().query().get("force").orElse("false");
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw ApiError.invalid("force must be true or false, not '" + ApiError.shown(text) + "'");
    };
  }
}
