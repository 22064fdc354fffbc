package io.tcpbalance.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a daemon tells of itself; of one that was not asked nothing is known.
 *
 * @param uptimeMs since it was started
 * @param generation which code it runs by now, counted from 1
 */
public record About(
    @Nullable String version,
    @Nullable String startedAt,
    @Nullable Long uptimeMs,
    @Nullable Integer generation,
    @Nullable List<String> proxies) {

  static final About UNKNOWN = new About(null, null, null, null, null);

  /** As another daemon says it in JSON, perhaps of another version. */
  static About of(JsonNode told) {
    JsonNode uptimeMs = told.path("uptimeMs");
    JsonNode generation = told.path("generation");
    List<String> proxies = new ArrayList<>();
    told.path("proxies").forEach(name -> proxies.add(name.asText()));
    return new About(
        told.path("version").textValue(),
        told.path("startedAt").textValue(),
        uptimeMs.isIntegralNumber() ? (Long) uptimeMs.longValue() : null,
        generation.isIntegralNumber() ? (Integer) generation.intValue() : null,
        proxies);
  }
}
