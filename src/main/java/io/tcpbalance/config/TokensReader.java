package io.tcpbalance.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.tcpbalance.secrets.BadSecretException;
import io.tcpbalance.secrets.SecretFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads who is let in: {@code token}, and the list {@code tokens}. A secret may be in a file of its
 * own. Secrets are told to nobody, also if they are in error. Made for one block, used once.
 */
final class TokensReader {

  static final int MIN_LENGTH = 8;
  static final int MAX_LENGTH = 1024;

  /** Each is compared with what a request bears. */
  static final int MAX_TOKENS = 100;

  /** What the bearer of {@code admin.token} is called. */
  static final String NAME_OF_SINGLE = "admin.token";

  private static final Pattern NAME = Pattern.compile("[ -~]{1,64}");
  private static final Pattern PRINTABLE = Pattern.compile("[!-~]*");

  private final Section admin;
  private final Problems problems;
  private final List<TokenSettings> tokens = new ArrayList<>();
  private final Map<String, String> pathByName = new HashMap<>();
  private final Map<String, String> pathBySecret = new HashMap<>();
  private boolean anyWanted;

  TokensReader(Section admin, Problems problems) {
    this.admin = admin;
    this.problems = problems;
  }

  List<TokenSettings> read() {
    secret(admin).ifPresent(secret -> add(admin, NAME_OF_SINGLE, Role.OPERATE, secret));
    admin.list("tokens").ifPresent(this::readList);
    if (!tokens.isEmpty() && tokens.stream().noneMatch(t -> t.role() == Role.OPERATE)) {
      problems.warning(
          admin.origin("tokens"),
          admin.path("tokens"),
          "none has role = operate: nobody may change anything by HTTP or on the console");
    }
    return tokens;
  }

  /** Whether there are any, in error or not; one in error is told of already. */
  boolean anyWanted() {
    return anyWanted;
  }

  private void readList(ConfigList list) {
    if (list.size() > MAX_TOKENS) {
      admin.error("tokens", "must be at most " + MAX_TOKENS + ", but are " + list.size());
      return;
    }
    anyWanted |= !list.isEmpty();
    for (int i = 0; i < list.size(); i++) {
      ConfigValue value = list.get(i);
      String path = admin.path("tokens") + "[" + i + "]";
      if (!Values.isResolved(value, path, problems)) {
        continue;
      }
      if (value instanceof ConfigObject object) {
        read(new Section(List.of(object), value.origin(), path, problems));
      } else {
        problems.error(value.origin(), path, Values.wrongType("a block { ... }", value));
      }
    }
  }

  private void read(Section section) {
    Optional<String> name = section.string("name");
    Optional<Role> role = section.oneOf("role", Role.class);
    Optional<String> secret = secret(section);
    if (!section.isSet("token") && !section.isSet("token-file")) {
      section.error("token", "is missing", "or name the file that has it: token-file = ...");
    }
    section.rejectUnknownKeys();
    if (name.isPresent() && !NAME.matcher(name.get()).matches()) {
      section.error("name", "must be 1 to 64 printable ASCII characters");
    } else if (name.isPresent() && role.isPresent() && secret.isPresent()) {
      add(section, name.get(), role.get(), secret.get());
    }
  }

  /** Who is who must be clear from the name, and from the secret. */
  private void add(Section section, String name, Role role, String secret) {
    String sameName = pathByName.putIfAbsent(name, section.path());
    if (sameName != null) {
      section.error("name", Values.quoted(name) + " is also that of " + sameName);
    }
    String sameSecret = pathBySecret.putIfAbsent(secret, section.path());
    if (sameSecret != null) {
      String key = section.isSet("token") ? "token" : "token-file";
      section.error(key, "is also that of " + sameSecret, "give each bearer one of his own");
    }
    tokens.add(new TokenSettings(name, role, secret));
  }

  private Optional<String> secret(Section section) {
    Optional<String> secret = section.optionalString("token");
    Optional<String> file = section.optionalString("token-file");
    boolean inPlace = section.isSet("token");
    boolean inFile = section.isSet("token-file");
    anyWanted |= inPlace || inFile;
    if (inPlace && inFile) {
      section.error("token-file", "cannot be set beside token", "leave out one of them");
      return Optional.empty();
    }
    return inFile
        ? file.flatMap(name -> contents(section, name))
            .filter(text -> isFit(section, "token-file", text))
        : secret.filter(text -> isFit(section, "token", text));
  }

  private static Optional<String> contents(Section section, String name) {
    Optional<Path> file = section.file("token-file", name);
    try {
      return file.isEmpty()
          ? Optional.empty()
          : Optional.of(new String(SecretFile.read(file.get()), ISO_8859_1).stripTrailing());
    } catch (BadSecretException e) {
      section.error("token-file", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static boolean isFit(Section section, String key, String secret) {
    int length = secret.length();
    boolean fitsInLength = length >= MIN_LENGTH && length <= MAX_LENGTH;
    if (!fitsInLength) {
      section.error(
          key,
          "must have between %d and %d characters, but has %d"
              .formatted(MIN_LENGTH, MAX_LENGTH, length),
          "openssl rand -hex 16 makes a good one");
    }
    boolean printable = PRINTABLE.matcher(secret).matches();
    if (!printable) {
      section.error(key, "must consist of printable ASCII characters without blanks");
    }
    return fitsInLength && printable;
  }
}
