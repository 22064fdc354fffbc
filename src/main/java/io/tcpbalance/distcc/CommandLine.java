package io.tcpbalance.distcc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the arguments of a job say, gathered as they come: enough to show which file is compiled,
 * and whether it may be. The rules are distcc's own (filename.c, arg.c): {@code -o FILE} or {@code
 * -oFILE} names the output, the first other argument with a source file's suffix is the input.
 */
final class CommandLine {
  private static final Set<String> SOURCE_SUFFIXES =
      Set.of(
          "i", "ii", "c", "cc", "cpp", "cxx", "cp", "c++", "C", "m", "mm", "mi", "mii", "M", "s",
          "S");

  private final JobRules rules;
  private final int maxNameLength;
  private final ArrayList<String> kept = new ArrayList<>();
  private int keptBytesLeft;
  private boolean cut;
  private boolean outputFollows;
  private @Nullable String compiler;
  private @Nullable String inputFile;
  private @Nullable String outputFile;
  private Optional<JobRefusal> refusal = Optional.empty();

  CommandLine(WireLimits limits, JobRules rules) {
    this.rules = rules;
    maxNameLength = limits.maxNameBytes();
    keptBytesLeft = limits.maxKeptArgvBytes();
  }

  void add(String argument) {
    keep(argument);
    check(argument);
    if (compiler == null) {
      compiler = argument;
    } else if (outputFollows) {
      outputFollows = false;
      output(argument);
    } else if (argument.equals("-o")) {
      outputFollows = true;
    } else if (argument.startsWith("-o")) {
      output(argument.substring(2));
    } else if (inputFile == null && argument.length() <= maxNameLength && isSource(argument)) {
      inputFile = argument;
    }
  }

  /** Also what is not kept; only the first offence counts. */
  private void check(String argument) {
    if (refusal.isEmpty()) {
      refusal = compiler == null ? rules.ofCompiler(argument) : rules.ofArgument(argument);
    }
  }

  private void keep(String argument) {
    // In UTF-16 at worst; counted before it is kept, so the limit holds for any input.
    int cost = 2 * argument.length() + WireLimits.KEPT_ARG_OVERHEAD;
    if (cut || cost > keptBytesLeft) {
      // Nothing after the first gap, so that what is kept stays a prefix.
      cut = true;
      return;
    }
    keptBytesLeft -= cost;
    kept.add(argument);
  }

  private void output(String name) {
    if (name.length() <= maxNameLength) {
      outputFile = name;
    }
  }

  private static boolean isSource(String argument) {
    return !argument.startsWith("-")
        && SOURCE_SUFFIXES.contains(argument.substring(argument.lastIndexOf('.') + 1))
        && argument.indexOf('.') >= 0;
  }

  List<String> kept() {
    return List.copyOf(kept);
  }

  boolean isCut() {
    return cut;
  }

  Optional<JobRefusal> refusal() {
    return refusal;
  }

  @Nullable String compiler() {
    return compiler;
  }

  @Nullable String inputFile() {
    return inputFile;
  }

  @Nullable String outputFile() {
    return outputFile;
  }
}
