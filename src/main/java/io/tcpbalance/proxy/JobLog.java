package io.tcpbalance.proxy;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tcpbalance.config.JobLogFormat;
import io.tcpbalance.distcc.Printable;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves one line in the log for each finished job, under a name of its own, so that it can be sent
 * elsewhere or switched off. The same fields in both forms, in the same order; what is not known is
 * left out. Nothing that a client sent can begin a line, end a field, or reach a terminal as a
 * command. Any thread may call.
 */
final class JobLog {
  static final String LOGGER = "io.tcpbalance.jobs";

  private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

  /** Of a compiler's or a file's name. */
  private static final int MAX_SHOWN = 256;

  private static final Pattern BARE =
      Pattern.compile("[A-Za-z0-9._:/+@%,\\[\\]-]{1," + MAX_SHOWN + "}");

  /** Never changed once it is built. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final JobLogFormat format;

  JobLog(JobLogFormat format) {
    this.format = format;
  }

  void finished(JobReport job) {
    if (LOG.isInfoEnabled()) {
      LOG.info("{}", line(job));
    }
  }

  String line(JobReport job) {
    Map<String, Object> fields = fields(job);
    return switch (format) {
      case TEXT -> text(fields);
      case JSON -> json(fields);
    };
  }

  private static Map<String, Object> fields(JobReport job) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("proxy", job.proxy());
    fields.put("client", address(job.client()));
    job.compiler().ifPresent(name -> fields.put("compiler", name));
    job.file().ifPresent(name -> fields.put("file", name));
    fields.put("outcome", job.outcome().word());
    job.backend().ifPresent(name -> fields.put("backend", name));
    fields.put("attempts", job.attempts());
    fields.put("requestBytes", job.requestBytes());
    fields.put("responseBytes", job.responseBytes());
    fields.put("receiveMs", job.receiveMs());
    fields.put("queueMs", job.queueMs());
    fields.put("sendMs", job.sendMs());
    fields.put("compileMs", job.compileMs());
    fields.put("replyMs", job.replyMs());
    if (!job.replays().isEmpty()) {
      Map<String, Integer> replays = new LinkedHashMap<>();
      job.replays().forEach((reason, count) -> replays.put(reason.word(), count));
      fields.put("replays", replays);
    }
    return fields;
  }

  /** Never asks a name server. */
  static String address(SocketAddress client) {
    if (client instanceof InetSocketAddress inet && !inet.isUnresolved()) {
      InetAddress ip = inet.getAddress();
      String host =
          ip instanceof Inet6Address ? "[" + ip.getHostAddress() + "]" : ip.getHostAddress();
      return host + ":" + inet.getPort();
    }
    return client.toString();
  }

  private static String text(Map<String, Object> fields) {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + text(field.getValue()))
        .collect(joining(" "));
  }

  private static String text(Object value) {
    if (value instanceof Map<?, ?> counts) {
      return counts.entrySet().stream()
          .map(count -> count.getKey() + ":" + count.getValue())
          .collect(joining(","));
    }
    String text = value.toString();
    return BARE.matcher(text).matches() ? text : Printable.quoted(text, MAX_SHOWN);
  }

  private static String json(Map<String, Object> fields) {
    fields.replaceAll(
        (key, value) -> value instanceof String text ? Printable.cut(text, MAX_SHOWN) : value);
    try {
      return JSON.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("texts and numbers that are no JSON", e);
    }
  }
}
