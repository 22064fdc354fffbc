package io.tcpbalance.admin.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.PathMatchers;
import org.apache.pekko.http.javadsl.server.Route;

/** The page at {@code /} and the files under {@code /web/}: those that are listed, and no other. */
public final class Dashboard extends AllDirectives {

  private static final String OWN = "/web/";
  private static final String PAGE = "index.html";

  /** What the page consists of; a test holds that it is all there is. */
  static final List<String> FILES =
      List.of(
          "actions.js",
          "ages.js",
          "api.js",
          "app.js",
          "base.css",
          "charts.js",
          "dialogs.js",
          "dom.js",
          "drag.js",
          "history.js",
          "hosts.css",
          "hosts.js",
          "icon.svg",
          "keys.js",
          "link.js",
          "live.js",
          "node.js",
          "nodes.css",
          "nodes.js",
          "notices.js",
          "panels.css",
          "poll.js",
          "proxy-view.js",
          "queue.js",
          "session.js",
          "sheet.js",
          "store.js",
          "tabs.js",
          "theme.js",
          "tiles.js",
          "toasts.js",
          "tree.js",
          "words.js");

  private static final String UPLOT = "/META-INF/resources/webjars/uplot/";
  private static final String UPLOT_PROPERTIES =
      "/META-INF/maven/org.webjars.npm/uplot/pom.properties";
  private static final List<String> UPLOT_FILES = List.of("uPlot.esm.js", "uPlot.min.css");

  private final WebFile page = WebFile.read(OWN + PAGE);
  private final Map<String, WebFile> files = new TreeMap<>();

  /**
   * Reads all files.
   *
   * @throws IllegalStateException if one is missing
   */
  public Dashboard() {
    FILES.forEach(name -> files.put(name, WebFile.read(OWN + name)));
    String uplot = UPLOT + uplotVersion() + "/dist/";
    UPLOT_FILES.forEach(name -> files.put("uplot/" + name, WebFile.read(uplot + name)));
  }

  /** Answers GET of the page and its files; rejects all else. */
  public Route route() {
    return concat(
        pathSingleSlash(() -> answer(page)),
        pathPrefix("web", () -> path(PathMatchers.remaining(), this::named)));
  }

  /** The name is looked up as it came, still encoded: none of ours needs to be. */
  private Route named(String name) {
    WebFile file = files.get(name);
    return file == null ? reject() : answer(file);
  }

  private Route answer(WebFile file) {
    return get(() -> extractRequest(request -> complete(file.answer(request))));
  }

  /** The directory bears the version, which stands in the build only. */
  private static String uplotVersion() {
    try (InputStream in = Dashboard.class.getResourceAsStream(UPLOT_PROPERTIES)) {
      if (in == null) {
        throw new IllegalStateException("the chart library is not on the class path");
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + UPLOT_PROPERTIES, e);
    }
  }
}
