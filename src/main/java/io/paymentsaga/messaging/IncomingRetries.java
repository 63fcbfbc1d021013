package io.paymentsaga.messaging;

import java.time.Duration;
import org.apache.camel.LoggingLevel;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;

/**
 * How often a message that failed is tried: after pauses that double each time, up to ten seconds,
 * with jitter of a fifth either way. Its partition waits meanwhile.
 */
public final class IncomingRetries extends RedeliveryPolicy {
  private static final long serialVersionUID = 1L;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /**
   * @param attempts how often it is tried in all, at least once
   * @param backoff the first pause
   */
  public IncomingRetries(int attempts, Duration backoff) {
    if (attempts < 1) {
      throw new IllegalArgumentException("a message is tried at least once, not " + attempts);
    }
    setMaximumRedeliveries(attempts - 1);
    setRedeliveryDelay(backoff.toMillis());
    setUseExponentialBackOff(true);
    setBackOffMultiplier(2);
    setMaximumRedeliveryDelay(LONGEST_PAUSE.toMillis());
    setUseCollisionAvoidance(true);
    setCollisionAvoidancePercent(20);
    setRetryAttemptedLogLevel(LoggingLevel.WARN);
    setLogRetryStackTrace(false);
    setLogStackTrace(false);
    setLogExhausted(false);
  }
}
