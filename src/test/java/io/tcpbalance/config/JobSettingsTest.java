package io.tcpbalance.config;

import static io.tcpbalance.config.SettingsTexts.problem;
import static io.tcpbalance.config.SettingsTexts.problems;
import static io.tcpbalance.config.SettingsTexts.proxy;
import static io.tcpbalance.config.SettingsTexts.proxyProblem;
import static io.tcpbalance.config.SettingsTexts.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class JobSettingsTest {

  @Test
  void hasDefaults() throws Exception {
    assertEquals(
        new JobSettings(
            Duration.ofSeconds(60),
            Duration.ofMinutes(10),
            Duration.ofSeconds(240),
            3,
            64L << 20,
            List.of(),
            List.of(
                "-fplugin*",
                "--plugin*",
                "-iplugindir*",
                "-fpass-plugin*",
                "-load*",
                "-Xclang=-load*",
                "-wrapper*",
                "-fmodule-mapper*",
                "--module-mapper*",
                "-B*",
                "--prefix*",
                "-ccc-*",
                "--ld-path*",
                "-fuse-ld=*/*",
                "@*",
                "-specs*",
                "--specs*",
                "--config*"),
            JobLogFormat.TEXT),
        proxy("protocol = distcc").jobs());
  }

  @Test
  void takesExplicitValues() throws Exception {
    JobSettings jobs =
        proxy(
                """
                protocol = distcc
                jobs {
                  receive-timeout = 1s
                  job-timeout = 2h
                  heartbeat-interval = 3ms
                  max-attempts = 10
                  max-request-size = 1 GiB
                  allowed-compilers = [gcc, "clang-*"]
                  forbidden-arguments = []
                  log = json
                }
                """)
            .jobs();

    assertEquals(
        new JobSettings(
            Duration.ofSeconds(1),
            Duration.ofHours(2),
            Duration.ofMillis(3),
            10,
            1L << 30,
            List.of("gcc", "clang-*"),
            List.of(),
            JobLogFormat.JSON),
        jobs);
  }

  @Test
  void defaultsOfUserAreForAllProxiesOfDistcc() throws Exception {
    Settings settings =
        settings(
            """
            tcpbalance {
              proxy-defaults.distcc.jobs.max-attempts = 5
              proxies.d { protocol = distcc, backends = [], jobs.log = json }
              proxies.t { protocol = tcp, listen.port = 1, backends = [] }
            }
            """);

    JobSettings jobs = settings.proxies().get(0).jobs();
    assertEquals(5, jobs.maxAttempts());
    assertEquals(JobLogFormat.JSON, jobs.log());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "receive-timeout = 0s | must be between 1ms and 1d, but is \"0s\"",
        "receive-timeout = 60 | needs a unit, but is 60",
        "job-timeout = 31d | must be between 1ms and 30d, but is \"31d\"",
        "heartbeat-interval = 25h | must be between 1ms and 1d, but is \"25h\"",
        "max-attempts = 0 | must be between 1 and 10, but is 0",
        "max-attempts = 11 | must be between 1 and 10, but is 11",
        "max-request-size = 1 KiB | must be between 1 MiB and 1024 MiB, but is \"1 KiB\"",
        "max-request-size = 2 GiB | must be between 1 MiB and 1024 MiB, but is \"2 GiB\"",
        "allowed-compilers = gcc | must be a list [ ... ], but is \"gcc\"",
        "allowed-compilers = [\"\"] | must have between 1 and 256 characters, but has 0",
        "forbidden-arguments = [[]] | must be a text, but is a list",
        "log = xml | must be one of text, json, but is \"xml\"",
        "max-atempts = 2 | unknown key",
      })
  void rejects(String line, String message) {
    assertEquals(message, proxyProblem("protocol = distcc\n jobs { " + line + " }"));
  }

  @Test
  void rejectsTooMuchOfPatterns() {
    String jobs = "protocol = distcc\n jobs.forbidden-arguments = [%s]";

    assertEquals(
        "must have between 1 and 256 characters, but has 257",
        proxyProblem(jobs.formatted("a".repeat(257))));
    assertEquals(
        "must be at most 1000 patterns, but are 1001",
        proxyProblem(jobs.formatted("a,".repeat(1001))));
  }

  @Test
  void rejectsJobsOfAnotherProtocol() {
    Problem problem =
        problems("tcpbalance.proxies.p { listen.port = 1, backends = []\n jobs.log = text }")
            .get(0);

    assertEquals(
        "test.conf:2: tcpbalance.proxies.p.jobs: is only for protocol = distcc"
            + " (remove it, or set protocol = distcc)",
        problem.toString());
    assertEquals(
        "must be a block { ... }, but is 3",
        problem("tcpbalance.proxies.p { protocol = distcc, backends = [], jobs = 3 }"));
  }
}
