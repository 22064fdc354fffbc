package io.tcpbalance.distcc;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What may run on the farm: asked for each argument as it comes, so that no job is too long to be
 * checked. Immutable: one may serve all threads.
 *
 * <p>A fence against careless and simple misuse. A compiler reads files and takes time by nature,
 * and what this class lets pass is bounded only by what distccd's own user may do.
 */
public final class JobRules {

  /** Any compiler, by name or path, and any argument. */
  public static final JobRules NONE = new JobRules(List.of("*", "*/*"), List.of());

  private static final int MAX_SHOWN = 120;
  private static final int MAX_NAMED = 12;

  /** Of an argument for the preprocessor. */
  private static final int MAX_PIECES = 256;

  /** What GCC and Clang hand on to the preprocessor, which is a part of the compiler proper. */
  private static final String TO_PREPROCESSOR = "-Wp,";

  private static final String ALLOWED_COMPILERS = "jobs.allowed-compilers";
  private static final String FORBIDDEN_ARGUMENTS = "jobs.forbidden-arguments";
  private static final String ADVICE =
      "%s, or ask the administrator of the farm, who has set this rule (%s).";

  private final boolean anyName;
  private final List<Wildcard> compilers;
  private final List<Wildcard> compilerPaths;
  private final List<Wildcard> forbiddenArguments;

  /**
   * In each pattern {@code *} stands for any characters.
   *
   * @param allowedCompilers compared with a compiler's name, and with its name without the target
   *     ({@code gcc-12} of {@code x86_64-linux-gnu-gcc-12}); those with a {@code /} with a compiler
   *     that is given by its path; none: any name, but no path
   * @param forbiddenArguments compared with all arguments but the compiler
   */
  public JobRules(List<String> allowedCompilers, List<String> forbiddenArguments) {
    this.anyName = allowedCompilers.isEmpty();
    this.compilers = wildcards(allowedCompilers.stream().filter(p -> !isPath(p)));
    this.compilerPaths = wildcards(allowedCompilers.stream().filter(JobRules::isPath));
    this.forbiddenArguments = wildcards(forbiddenArguments.stream());
  }

  private static List<Wildcard> wildcards(Stream<String> patterns) {
    return patterns.map(Wildcard::new).toList();
  }

  private static boolean isPath(String name) {
    return name.indexOf('/') >= 0;
  }

  /** Of the first argument. */
  Optional<JobRefusal> ofCompiler(String compiler) {
    if (isPath(compiler)) {
      return isAnyLike(compilerPaths, compiler) ? Optional.empty() : Optional.of(aPath(compiler));
    }
    return anyName || isAllowedName(compiler) ? Optional.empty() : Optional.of(unlisted(compiler));
  }

  /** Of any further argument. */
  Optional<JobRefusal> ofArgument(String argument) {
    Wildcard forbids = forbidding(argument);
    boolean hasRules = !forbiddenArguments.isEmpty();
    if (hasRules && forbids == null && argument.startsWith(TO_PREPROCESSOR)) {
      String[] pieces = argument.substring(TO_PREPROCESSOR.length()).split(",", MAX_PIECES + 1);
      if (pieces.length > MAX_PIECES) {
        return Optional.of(tooManyPieces(argument));
      }
      for (String piece : pieces) {
        forbids = forbids == null ? forbidding(piece) : forbids;
      }
    }
    return forbids == null ? Optional.empty() : Optional.of(forbidden(argument, forbids));
  }

  private @Nullable Wildcard forbidding(String argument) {
    for (Wildcard pattern : forbiddenArguments) {
      if (pattern.matches(argument)) {
        return pattern;
      }
    }
    return null;
  }

  /** A target has hyphens of its own, and any number of them. */
  private boolean isAllowedName(String compiler) {
    boolean allowed = isAnyLike(compilers, compiler);
    for (int hyphen = compiler.indexOf('-');
        !allowed && hyphen >= 0;
        hyphen = compiler.indexOf('-', hyphen + 1)) {
      allowed = isAnyLike(compilers, compiler.substring(hyphen + 1));
    }
    return allowed;
  }

  private static boolean isAnyLike(List<Wildcard> patterns, String text) {
    for (Wildcard pattern : patterns) {
      if (pattern.matches(text)) {
        return true;
      }
    }
    return false;
  }

  /** distccd would close the connection without a word. */
  private static JobRefusal aPath(String compiler) {
    return new JobRefusal(
        "the compiler is given by its path, " + shown(compiler),
        ADVICE.formatted(
            "Call it by its name alone, compile this file without distcc", ALLOWED_COMPILERS));
  }

  private JobRefusal unlisted(String compiler) {
    List<String> names =
        Stream.concat(compilers.stream(), compilerPaths.stream()).map(Wildcard::toString).toList();
    String some = names.stream().limit(MAX_NAMED).collect(joining(", "));
    return new JobRefusal(
        "the compiler %s is not among those that it runs: %s"
            .formatted(shown(compiler), names.size() <= MAX_NAMED ? some : some + ", ..."),
        ADVICE.formatted("Compile this file without distcc", ALLOWED_COMPILERS));
  }

  private static JobRefusal forbidden(String argument, Wildcard pattern) {
    return new JobRefusal(
        "the argument %s is forbidden, as all like %s".formatted(shown(argument), pattern),
        ADVICE.formatted(
            "Leave the argument out, compile this file without distcc", FORBIDDEN_ARGUMENTS));
  }

  /** Checking each of a hundred thousand would hold up all others. */
  private static JobRefusal tooManyPieces(String argument) {
    return new JobRefusal(
        "the argument %s has more than %d parts".formatted(shown(argument), MAX_PIECES),
        ADVICE.formatted("Split it, compile this file without distcc", FORBIDDEN_ARGUMENTS));
  }

  private static String shown(String text) {
    return Printable.quoted(text, MAX_SHOWN);
  }
}
