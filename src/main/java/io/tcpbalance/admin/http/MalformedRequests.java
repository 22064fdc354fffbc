package io.tcpbalance.admin.http;

import io.tcpbalance.admin.ApiError;
import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/** Answers what is no HTTP request, in the form of all our errors. Found by Pekko by its name. */
public final class MalformedRequests extends ParsingErrorHandler {

  /** As Pekko looks for it: the way a Scala object is seen from Java. */
  public static final MalformedRequests MODULE$ = new MalformedRequests();

  private MalformedRequests() {}

  @Override
  public HttpResponse handle(
      StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
    return ApiError.malformedRequest(status.intValue(), error.summary()).response();
  }
}
