package io.tcpbalance.admin.http;

import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.ProxyState;
import io.tcpbalance.metrics.Exposition;
import io.tcpbalance.metrics.Families;
import io.tcpbalance.metrics.Family;
import io.tcpbalance.state.OperatorRecords;
import io.tcpbalance.supervision.ActorTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Answers scrapes by Prometheus. A proxy that is silent does not hide the others. */
final class Metrics {

  /** Those that are told of before anybody has used them. */
  private static final List<String> INTERFACES = List.of("console", "http");

  private final Proxies proxies;
  private final OperatorRecords records;
  private final ActorTree tree;
  private final Exposition exposition;
  private final Executor executor;

  /**
   * @param executor where answers are written: not on the thread of the proxy that spoke last
   */
  Metrics(
      Proxies proxies,
      OperatorRecords records,
      ActorTree tree,
      Exposition exposition,
      Executor executor) {
    this.proxies = proxies;
    this.records = records;
    this.tree = tree;
    this.exposition = exposition;
    this.executor = executor;
  }

  CompletionStage<HttpResponse> scrape(HttpRequest request) {
    String accept = request.getHeader("Accept").map(HttpHeader::value).orElse("");
    return proxies.looks().thenApplyAsync(looks -> response(families(looks), accept), executor);
  }

  private Families families(List<Proxies.Look> looks) {
    Families families = new Families();
    families.add(Family.BUILD_INFO, 1, version());
    tree.restarts().forEach((actor, n) -> families.add(Family.ACTOR_RESTARTS, n, actor));
    changes().forEach((via, n) -> families.add(Family.OPERATOR_CHANGES, n, via));
    for (Proxies.Look look : looks) {
      ProxyState state = look.state();
      families.add(Family.PROXY_UP, state == null ? 0 : 1, look.proxy());
      if (state != null) {
        new ProxyFamilies(look.proxy(), state).addTo(families);
      }
    }
    return families;
  }

  private Map<String, Long> changes() {
    Map<String, Long> changes = new TreeMap<>();
    INTERFACES.forEach(name -> changes.put(name, 0L));
    changes.putAll(records.counts());
    return changes;
  }

  private static String version() {
    return Optional.ofNullable(Metrics.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  private HttpResponse response(Families families, String accept) {
    Exposition.Page page = exposition.page(families, accept);
    return HttpResponse.create()
        .withEntity(
            HttpEntities.create(
                ContentTypes.parse(page.contentType()),
                page.text().getBytes(StandardCharsets.UTF_8)));
  }
}
