package io.tcpbalance.admin.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.PathMatchers;
import org.apache.pekko.http.javadsl.server.Route;

/** Finds the endpoint that is asked for. A path that has some, but not by that method, says so. */
final class EndpointRoute extends AllDirectives {

  private record Row(
      HttpMethod method,
      List<String> segments,
      Optional<Duration> takes,
      Endpoint.Handler handler) {

    static Row of(Endpoint endpoint) {
      return new Row(
          HttpMethods.lookup(endpoint.method()).orElseThrow(),
          List.of(endpoint.path().substring(1).split("/")),
          endpoint.takes(),
          endpoint.handler());
    }

    boolean matches(List<String> asked) {
      if (asked.size() != segments.size()) {
        return false;
      }
      for (int i = 0; i < asked.size(); i++) {
        if (!isNamed(i) && !segments.get(i).equals(asked.get(i))) {
          return false;
        }
      }
      return true;
    }

    List<String> named(List<String> asked) {
      List<String> named = new ArrayList<>();
      for (int i = 0; i < asked.size(); i++) {
        if (isNamed(i)) {
          named.add(asked.get(i));
        }
      }
      return named;
    }

    private boolean isNamed(int segment) {
      return segments.get(segment).startsWith("{");
    }
  }

  private final List<Row> rows;

  private EndpointRoute(List<Endpoint> endpoints) {
    rows = endpoints.stream().map(Row::of).toList();
  }

  static Route of(List<Endpoint> endpoints) {
    EndpointRoute table = new EndpointRoute(endpoints);
    return table.path(PathMatchers.segments(), table::at);
  }

  private Route at(List<String> asked) {
    Route[] found =
        rows.stream()
            .filter(row -> row.matches(asked))
            .map(row -> answer(row, row.named(asked)))
            .toArray(Route[]::new);
    return found.length == 0
        ? reject()
        : concat(found[0], Arrays.copyOfRange(found, 1, found.length));
  }

  private Route answer(Row row, List<String> named) {
    Supplier<Route> answered =
        () -> extractRequest(request -> completeWithFuture(row.handler().answer(request, named)));
    return method(
        row.method(),
        () ->
            row.takes().isPresent()
                ? withRequestTimeout(row.takes().get(), answered)
                : answered.get());
  }
}
