package io.tcpbalance.admin.http;

import java.util.Arrays;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** The cookie that a browser has instead of a token. No script of a page can read it. */
final class LoginCookie {

  private static final String NAME = "tcpbalance-session";
  private static final String FLAGS = "; Path=/; HttpOnly; SameSite=Strict";

  private final String flags;

  /**
   * @param secure whether it must never be sent in clear
   */
  LoginCookie(boolean secure) {
    flags = FLAGS + (secure ? "; Secure" : "");
  }

  /** What the browser sends of it, if anything; an empty one is none. */
  static Optional<String> in(HttpRequest request) {
    return Headers.value(request, "Cookie").stream()
        .flatMap(cookies -> Arrays.stream(cookies.split(";")))
        .map(String::strip)
        .filter(cookie -> cookie.startsWith(NAME + "="))
        .map(cookie -> cookie.substring(NAME.length() + 1))
        .filter(value -> !value.isEmpty())
        .findFirst();
  }

  /** The browser forgets it when it ends: only the server knows how long the login lasts. */
  HttpHeader set(String login) {
    return RawHeader.create("Set-Cookie", NAME + "=" + login + flags);
  }

  HttpHeader forget() {
    return RawHeader.create("Set-Cookie", NAME + "=; Max-Age=0" + flags);
  }
}
