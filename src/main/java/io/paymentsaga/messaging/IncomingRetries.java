package io.paymentsaga.messaging;

import java.time.Duration;
import org.apache.camel.LoggingLevel;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;

/**
 * How often a message that failed is tried again: after pauses that double each time, with jitter.
 */
public final class IncomingRetries extends RedeliveryPolicy {
  private static final long serialVersionUID = 1L;

  /**
   * @param attempts further attempts after the first
   * @param backoff the first pause
   */
  public IncomingRetries(int attempts, Duration backoff) {
    setMaximumRedeliveries(attempts);
    setRedeliveryDelay(backoff.toMillis());
    setUseExponentialBackOff(true);
    setBackOffMultiplier(2);
    setUseCollisionAvoidance(true);
    setCollisionAvoidancePercent(20);
    setRetryAttemptedLogLevel(LoggingLevel.WARN);
    setLogRetryStackTrace(false);
    setLogStackTrace(false);
    setLogExhausted(false);
  }
}
