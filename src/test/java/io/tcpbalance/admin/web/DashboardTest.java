package io.tcpbalance.admin.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DashboardTest {

  private static final Path SOURCES = Path.of("src", "main", "resources", "web");
  private static final Pattern IMPORT = Pattern.compile("from '\\./([^']+)'");
  private static final Pattern MARKUP =
      Pattern.compile("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\b|style=");

  @Test
  void consistsOfAllFilesThereAre() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      TreeSet<String> there = new TreeSet<>(files.map(f -> f.getFileName().toString()).toList());
      there.remove("index.html");

      assertEquals(there, new TreeSet<>(Dashboard.FILES));
    }
  }

  @Test
  void importsOnlyWhatIsServed() throws IOException {
    for (String name : scripts()) {
      List<String> imports = IMPORT.matcher(text(name)).results().map(m -> m.group(1)).toList();

      for (String imported : imports) {
        assertTrue(
            Dashboard.FILES.contains(imported) || imported.equals("uplot/uPlot.esm.js"),
            name + " imports " + imported);
      }
    }
  }

  /** A name or an error may hold a page's worth of script. */
  @Test
  void writesNothingAsMarkup() throws IOException {
    for (String name : scripts()) {
      assertEquals(List.of(), MARKUP.matcher(text(name)).results().map(m -> m.group()).toList());
    }
  }

  private static List<String> scripts() {
    return Dashboard.FILES.stream().filter(name -> name.endsWith(".js")).toList();
  }

  private static String text(String name) throws IOException {
    return Files.readString(SOURCES.resolve(name));
  }
}
