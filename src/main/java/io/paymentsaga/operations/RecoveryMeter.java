package io.paymentsaga.operations;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.camel.Body;

/** What {@code /metrics} tells of how far recovery is behind; the same on every instance. */
public final class RecoveryMeter {
  private static final Duration STALE = Duration.ofMinutes(1);

  private final Clock clock;
  private volatile Map<String, Object> figures = Map.of();
  private volatile Instant at = Instant.MIN;

  public RecoveryMeter(MeterRegistry registry, Clock clock) {
    this.clock = clock;
    gauge(registry, "sagas.overdue.seconds", "overdue_seconds");
    gauge(registry, "stripe.events.age.seconds", "events_age_seconds");
  }

  private void gauge(MeterRegistry registry, String name, String column) {
    Gauge.builder(name, this, meter -> meter.figure(column)).register(registry);
  }

  /** What was measured. */
  public void measured(@Body Map<String, Object> row) {
    figures = row;
    at = clock.instant();
  }

  /** Not a number while the database does not tell. */
  private double figure(String column) {
    return clock.instant().isAfter(at.plus(STALE))
        ? Double.NaN
        : ((Number) figures.get(column)).doubleValue();
  }
}
