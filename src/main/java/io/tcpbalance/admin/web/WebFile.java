package io.tcpbalance.admin.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * A file of the dashboard, in memory. Browsers keep it, and ask each time whether it is the same.
 */
final class WebFile {

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, ContentType> TYPES =
      Map.of(
          "html", ContentTypes.TEXT_HTML_UTF8,
          "css", MediaTypes.TEXT_CSS.toContentType(HttpCharsets.UTF_8),
          "js", ContentTypes.create(MediaTypes.APPLICATION_JAVASCRIPT, HttpCharsets.UTF_8),
          "svg", MediaTypes.IMAGE_SVG_XML.toContentType());

  private final byte[] content;
  private final ContentType type;
  private final String tag;
  private final List<HttpHeader> headers;

  private WebFile(byte[] content, ContentType type) {
    this.content = content;
    this.type = type;
    tag = '"' + digest(content) + '"';
    headers =
        List.of(
            RawHeader.create("Cache-Control", "no-cache"),
            RawHeader.create("ETag", tag),
            RawHeader.create("Content-Security-Policy", POLICY),
            RawHeader.create("X-Content-Type-Options", "nosniff"),
            RawHeader.create("Referrer-Policy", "no-referrer"));
  }

  /**
   * Reads a resource of the class path.
   *
   * @param path with a leading slash; its ending says what it is
   */
  static WebFile read(String path) {
    try (InputStream in = WebFile.class.getResourceAsStream(path)) {
      ContentType type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
      if (in == null || type == null) {
        throw new IllegalStateException("no file of the dashboard: " + path);
      }
      return new WebFile(in.readAllBytes(), type);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }

  /** The file, or that the browser's copy is the same. */
  HttpResponse answer(HttpRequest request) {
    HttpResponse answer = HttpResponse.create().addHeaders(headers);
    return isKnownTo(request)
        ? answer.withStatus(304)
        : answer.withEntity(HttpEntities.create(type, content));
  }

  /** Whoever compresses on the way may have made the tag a weak one. */
  private boolean isKnownTo(HttpRequest request) {
    Optional<String> known = request.getHeader("If-None-Match").map(HttpHeader::value);
    return known.isPresent()
        && Arrays.stream(known.get().split(","))
            .map(String::strip)
            .anyMatch(one -> one.equals("*") || one.equals(tag) || one.equals("W/" + tag));
  }

  private static String digest(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
