package io.tcpbalance.admin.http;

import io.tcpbalance.admin.Json;
import io.tcpbalance.admin.live.Live;
import org.apache.pekko.http.javadsl.settings.ParserSettings;
import org.apache.pekko.http.javadsl.settings.ServerSettings;

/** What one client may cost the server, and what it tells about itself. */
final class ServerLimits {

  /** The most bytes that a request's body may have. */
  static final int MAX_BODY_BYTES = Json.MAX_BYTES;

  /** Beyond it, connections without a request have to go. */
  static final int CROWD = 64;

  /**
   * Beyond it the kernel queues: all of the crowd are busy then, all viewers are there, and some
   * are just closing.
   */
  private static final int MAX_CONNECTIONS = CROWD + Live.MAX_VIEWERS + 16;

  private ServerLimits() {}

  static ServerSettings applyTo(ServerSettings settings) {
    ParserSettings parser =
        settings
            .getParserSettings()
            .withMaxContentLength(MAX_BODY_BYTES)
            .withMaxToStrictBytes(MAX_BODY_BYTES)
            .withModeledHeaderParsing(false)
            .withIllegalHeaderWarnings(false);
    return settings
        .withMaxConnections(MAX_CONNECTIONS)
        .withRemoteAddressAttribute(true)
        .withTransparentHeadRequests(true)
        .withParserSettings(parser)
        .withParsingErrorHandler(MalformedRequests.class.getName());
  }
}
