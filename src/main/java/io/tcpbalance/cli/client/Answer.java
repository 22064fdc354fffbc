package io.tcpbalance.cli.client;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a daemon answered.
 *
 * @param status of HTTP
 * @param text as it came
 * @param body the same as JSON; a missing node if there was nothing, as with 204
 */
public record Answer(int status, String text, JsonNode body) {

  public boolean isGood() {
    return status / 100 == 2;
  }
}
