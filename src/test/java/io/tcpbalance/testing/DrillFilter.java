package io.tcpbalance.testing;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/** Keeps the deaths that a test brought about itself out of its log, so that others stand out. */
public final class DrillFilter extends Filter<ILoggingEvent> {

  /** What a test gives as the reason of a kill. */
  public static final String REASON = "drill";

  @Override
  public FilterReply decide(ILoggingEvent event) {
    IThrowableProxy thrown = event.getThrowableProxy();
    boolean drilled = thrown != null && REASON.equals(thrown.getMessage());
    return drilled ? FilterReply.DENY : FilterReply.NEUTRAL;
  }
}
