package io.tcpbalance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.function.Predicate.not;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/**
 * Holds the arrows between the packages: {@code Main → {proxy, admin, console, cluster} → health,
 * state → balancer → config}. A package that does not exist yet breaks no rule; one that exists but
 * is not listed here does, so that its place is decided.
 */
@AnalyzeClasses(packages = "io.tcpbalance", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "io.tcpbalance";

  /**
   * What each package may know of the others; only the root package, which wires them, knows all.
   */
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.ofEntries(
          Map.entry("secrets", Set.of()),
          Map.entry("config", Set.of("secrets")),
          Map.entry("relay", Set.of()),
          Map.entry("distcc", Set.of()),
          Map.entry("dns", Set.of()),
          Map.entry("metrics", Set.of()),
          Map.entry("bootstrap", Set.of()),
          Map.entry("cli", Set.of("config", "secrets")),
          Map.entry("supervision", Set.of("config")),
          Map.entry("balancer", Set.of("config", "metrics")),
          Map.entry("state", Set.of("balancer", "config", "metrics")),
          Map.entry(
              "health", Set.of("balancer", "config", "distcc", "dns", "metrics", "relay", "state")),
          Map.entry(
              "proxy",
              Set.of(
                  "balancer",
                  "config",
                  "distcc",
                  "dns",
                  "health",
                  "metrics",
                  "relay",
                  "state",
                  "supervision")),
          Map.entry(
              "admin",
              Set.of(
                  "balancer",
                  "bootstrap",
                  "config",
                  "distcc",
                  "health",
                  "metrics",
                  "proxy",
                  "secrets",
                  "state",
                  "supervision")),
          Map.entry("console", Set.of("admin", "balancer", "config", "health", "metrics", "state")),
          Map.entry(
              "cluster",
              Set.of(
                  "admin",
                  "balancer",
                  "config",
                  "dns",
                  "health",
                  "metrics",
                  "secrets",
                  "state",
                  "supervision")),
          Map.entry(
              "upgrade",
              Set.of(
                  "admin",
                  "balancer",
                  "bootstrap",
                  "config",
                  "metrics",
                  "proxy",
                  "relay",
                  "state")));

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().allowEmptyShould(true);

  /** A room as a whole and each of those within it: {@code admin}, {@code admin.http}, … */
  @ArchTest
  static final ArchRule packagesHaveNoCyclesWithinARoom =
      slices().matching(ROOT + ".(**)").should().beFreeOfCycles().allowEmptyShould(true);

  @ArchTest
  static final ArchRule bytesMoveAndClientsSpeakWithoutPekko =
      noClasses()
          .that()
          .resideInAnyPackage(
              ROOT + ".relay..",
              ROOT + ".distcc..",
              ROOT + ".config..",
              ROOT + ".metrics..",
              ROOT + ".cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.pekko..")
          .allowEmptyShould(true);

  @ArchTest
  static void packagesKnowOnlyWhatTheyMay(JavaClasses classes) {
    Set<String> forbidden =
        classes.stream()
            .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
            .filter(not(ArchitectureTest::isAllowed))
            .map(Dependency::getDescription)
            .collect(toCollection(TreeSet::new));

    assertEquals(Set.of(), forbidden, "dependencies against the arrows");
  }

  @ArchTest
  static void everyPackageHasItsPlace(JavaClasses classes) {
    Set<String> unplaced =
        classes.stream()
            .map(ArchitectureTest::feature)
            .filter(f -> !f.isEmpty() && !MAY_KNOW.containsKey(f))
            .collect(toCollection(TreeSet::new));

    assertEquals(Set.of(), unplaced, "packages that are missing in MAY_KNOW");
  }

  @ArchTest
  static void everyPackageIsNullMarked(JavaClasses classes) {
    Set<String> unmarked =
        classes.stream()
            .map(JavaClass::getPackage)
            .filter(p -> !p.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .collect(toCollection(TreeSet::new));

    assertEquals(Set.of(), unmarked, "packages without a @NullMarked package-info.java");
  }

  private static boolean isAllowed(Dependency dependency) {
    JavaClass target = dependency.getTargetClass().getBaseComponentType();
    if (!isOurs(target)) {
      return true;
    }
    String from = feature(dependency.getOriginClass());
    String to = feature(target);
    return from.isEmpty() || from.equals(to) || MAY_KNOW.getOrDefault(from, Set.of()).contains(to);
  }

  private static boolean isOurs(JavaClass javaClass) {
    String name = javaClass.getPackageName();
    return name.equals(ROOT) || name.startsWith(ROOT + ".");
  }

  /** The first part of the package below the root, "" for the root itself. */
  private static String feature(JavaClass javaClass) {
    String name = javaClass.getPackageName();
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1).split("\\.", 2)[0];
  }
}
