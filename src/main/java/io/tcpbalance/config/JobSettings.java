package io.tcpbalance.config;

import java.time.Duration;
import java.util.List;

/**
 * How a proxy treats distcc's jobs; without meaning for one of another protocol.
 *
 * @param receiveTimeout without a byte for this long while the request comes in, or the answer goes
 *     out, the client is closed
 * @param jobTimeout from the request sent to the answer whole; then the job goes to another host
 * @param heartbeatInterval a client that heard nothing for this long gets a byte
 * @param maxAttempts so many hosts may die of a job after its request was sent, 1 to {@value
 *     #MAX_ATTEMPTS}
 * @param maxRequestSizeBytes a larger request is streamed: it cannot go to another host
 * @param allowedCompilers patterns of names, {@code *} for any characters; none: any compiler
 * @param forbiddenArguments patterns of arguments that no job may have
 * @param log the form of the line for each finished job
 */
public record JobSettings(
    Duration receiveTimeout,
    Duration jobTimeout,
    Duration heartbeatInterval,
    int maxAttempts,
    long maxRequestSizeBytes,
    List<String> allowedCompilers,
    List<String> forbiddenArguments,
    JobLogFormat log) {

  static final int MAX_ATTEMPTS = 10;

  public JobSettings {
    allowedCompilers = List.copyOf(allowedCompilers);
    forbiddenArguments = List.copyOf(forbiddenArguments);
  }
}
