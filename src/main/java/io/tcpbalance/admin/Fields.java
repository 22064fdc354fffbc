package io.tcpbalance.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tcpbalance.balancer.Placement;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object that say what is asked for, each read and checked once. What is wrong
 * is noted and told by {@link #finish}, all at once; until then a wrong field reads as absent.
 */
public final class Fields {

  private static final Map<String, OperatorState> STATES =
      Map.of("up", OperatorState.UP, "drain", OperatorState.DRAIN, "down", OperatorState.DOWN);

  /** A body can be wrong in thousands of places, and the answer is for a person. */
  private static final int MOST_TOLD = 10;

  private static final int MAX_PATH = 4096;

  private static final Pattern JAR = Pattern.compile("/.{0," + (MAX_PATH - 5) + "}\\.jar");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private static final String NAME_RULE = "must be 1 to 253 of A-Z a-z 0-9 . _ : -";

  private final ObjectNode object;
  private final Set<String> known = new LinkedHashSet<>();
  private final List<String> problems = new ArrayList<>();

  private Fields(ObjectNode object) {
    this.object = object;
  }

  /**
   * The fields of an object.
   *
   * @throws ApiError if the value is none
   */
  public static Fields of(JsonNode value) {
    if (value.isMissingNode()) {
      throw ApiError.malformedJson("it is empty");
    }
    if (value instanceof ObjectNode object) {
      return new Fields(object);
    }
    throw ApiError.invalid("the body must be a JSON object, such as {\"name\": \"bld6\"}");
  }

  Optional<String> name() {
    return text("name", BackendSettings::isName, NAME_RULE);
  }

  /** Of an actor. */
  public Optional<String> path() {
    return text(
        "path", path -> path.startsWith("/user"), "must be as in /user/proxy-NAME/balancer");
  }

  /** A secret: what is wrong with it is not told. */
  public Optional<String> token() {
    JsonNode value = present("token");
    if (value != null && !value.isTextual()) {
      problem("token must be a text");
      return Optional.empty();
    }
    return Optional.ofNullable(value).map(JsonNode::textValue);
  }

  /** On the machine of the server. */
  public Optional<String> directory() {
    return text(
        "dir",
        dir -> dir.startsWith("/") && dir.length() <= MAX_PATH,
        "must be the absolute path of a directory on the server's machine");
  }

  /** On the machine of the server. */
  public Optional<List<String>> jars() {
    JsonNode value = present("jars");
    if (value == null) {
      return Optional.empty();
    }
    List<String> jars = new ArrayList<>();
    boolean fits = value.isArray() && !value.isEmpty() && value.size() <= NewCode.MOST_JARS;
    if (fits) {
      value.forEach(jar -> jars.add(jar.isTextual() ? jar.textValue() : ""));
    }
    if (!fits || !jars.stream().allMatch(JAR.asMatchPredicate())) {
      problem(
          "jars must be a list of 1 to "
              + NewCode.MOST_JARS
              + " absolute paths of files on the server's machine that end in .jar, not "
              + ApiError.shown(value.toString()));
      return Optional.empty();
    }
    return Optional.of(jars);
  }

  /** By file name. */
  public Optional<Map<String, String>> sha256() {
    JsonNode value = present("sha256");
    if (value == null) {
      return Optional.empty();
    }
    Map<String, String> sums = new HashMap<>();
    boolean fits = value.isObject() && value.size() <= NewCode.MOST_JARS;
    if (fits) {
      value.fieldNames().forEachRemaining(jar -> sums.put(jar, value.path(jar).asText("")));
    }
    if (!fits || !sums.values().stream().allMatch(SHA256.asMatchPredicate())) {
      problem(
          "sha256 must be an object with 64 lower-case hexadecimal digits for each jar's file name,"
              + " not "
              + ApiError.shown(value.toString()));
      return Optional.empty();
    }
    return Optional.of(sums);
  }

  Optional<String> host() {
    return text(
        "host",
        BackendSettings::isHost,
        "must be an IP address without brackets or a host name of at most 253 characters");
  }

  OptionalInt port() {
    return integer("port", BackendSettings.MAX_PORT);
  }

  OptionalInt statsPort() {
    return integer("statsPort", BackendSettings.MAX_PORT);
  }

  Optional<SlotLimit> maxConnections() {
    String field = "maxConnections";
    JsonNode value = present(field);
    if (value != null && SlotLimit.AUTO_WORD.equals(value.textValue())) {
      return Optional.of(SlotLimit.AUTO);
    }
    OptionalInt max = integer(field, BackendSettings.MAX_CONNECTIONS, " or \"auto\"");
    return max.isPresent() ? Optional.of(new SlotLimit(max)) : Optional.empty();
  }

  Optional<OperatorState> state() {
    return text("state", STATES::containsKey, "must be \"up\", \"drain\" or \"down\"")
        .map(STATES::get);
  }

  /** Where in the list; {@code null} is before all others. */
  Optional<Placement> after() {
    if (object.path("after").isNull()) {
      known.add("after");
      return Optional.of(new Placement.First());
    }
    return text(
            "after", BackendSettings::isName, "must be the name of a back-end, or null for first")
        .map(Placement.After::new);
  }

  /** Patterns of compiler names; none is any compiler. */
  Optional<List<String>> compilers() {
    JsonNode value = present("compilers");
    if (value == null) {
      return Optional.empty();
    }
    List<String> patterns = new ArrayList<>();
    boolean fits = value.isArray() && value.size() <= BackendSettings.MAX_COMPILERS;
    if (fits) {
      value.forEach(pattern -> patterns.add(pattern.isTextual() ? pattern.textValue() : ""));
    }
    if (!fits || !patterns.stream().allMatch(BackendSettings::isCompilerPattern)) {
      problem(
          "compilers must be a list of at most "
              + BackendSettings.MAX_COMPILERS
              + ", which "
              + BackendSettings.COMPILER_PATTERN_RULE
              + ", not "
              + ApiError.shown(value.toString()));
      return Optional.empty();
    }
    return Optional.of(patterns);
  }

  /** The field was read, and is not there at all. */
  public boolean isAbsent(String field) {
    return !object.has(field);
  }

  public void problem(String problem) {
    problems.add(problem);
  }

  /** Tells what is wrong, including fields that nobody asked for. */
  public void finish() {
    object.fieldNames().forEachRemaining(this::noteUnknown);
    if (!problems.isEmpty()) {
      throw ApiError.invalid(told());
    }
  }

  private List<String> told() {
    if (problems.size() <= MOST_TOLD) {
      return problems;
    }
    List<String> told = new ArrayList<>(problems.subList(0, MOST_TOLD));
    told.add("and " + (problems.size() - MOST_TOLD) + " more");
    return told;
  }

  private void noteUnknown(String field) {
    if (!known.contains(field)) {
      problem(
          "unknown field '"
              + ApiError.shown(field)
              + "', the fields are "
              + String.join(", ", known));
    }
  }

  private Optional<String> text(String field, Predicate<String> rule, String ruleInWords) {
    JsonNode value = present(field);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isTextual() || !rule.test(value.textValue())) {
      problem(field + " " + ruleInWords + ", not " + ApiError.shown(value.toString()));
      return Optional.empty();
    }
    return Optional.of(value.textValue());
  }

  private OptionalInt integer(String field, int max) {
    return integer(field, max, "");
  }

  private OptionalInt integer(String field, int max, String orElse) {
    JsonNode value = present(field);
    if (value == null) {
      return OptionalInt.empty();
    }
    if (!value.isInt() || value.intValue() < 1 || value.intValue() > max) {
      problem(
          field
              + " must be an integer from 1 to "
              + max
              + orElse
              + ", not "
              + ApiError.shown(value.toString()));
      return OptionalInt.empty();
    }
    return OptionalInt.of(value.intValue());
  }

  private @Nullable JsonNode present(String field) {
    known.add(field);
    return object.get(field);
  }
}
