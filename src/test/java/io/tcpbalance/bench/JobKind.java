package io.tcpbalance.bench;

import java.util.List;

/**
 * A kind of jobs that proxies are compared with.
 *
 * @param word as in the table
 */
record JobKind(String word, JobShape shape) {

  /** In the order of the table. */
  static final List<JobKind> ALL =
      List.of(
          new JobKind("tiny", JobShape.tiny()),
          new JobKind("shaped", JobShape.distccShaped()),
          new JobKind("distcc", JobShape.distccShaped().in(JobFraming.DISTCC)));
}
