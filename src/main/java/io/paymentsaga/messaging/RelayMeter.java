package io.paymentsaga.messaging;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Counts what the relay sends, and how long events waited until Kafka had them. */
final class RelayMeter {
  private static final Duration[] BOUNDS = {
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1)
  };

  private final Timer sent;
  private final Counter failures;

  RelayMeter(MeterRegistry registry) {
    sent = Timer.builder("outbox.relay.sent").serviceLevelObjectives(BOUNDS).register(registry);
    failures = registry.counter("outbox.relay.failures");
  }

  /** Kafka has acknowledged these events. */
  void sent(List<OutboxEvent> events) {
    Instant now = Instant.now();
    for (OutboxEvent event : events) {
      Duration wait = Duration.between(event.at(), now);
      // Another instance's clock, which decided the event, may be ahead.
      sent.record(wait.isNegative() ? Duration.ZERO : wait);
    }
  }

  /** A round of the relay failed; its events go again. */
  void failed() {
    failures.increment();
  }
}
