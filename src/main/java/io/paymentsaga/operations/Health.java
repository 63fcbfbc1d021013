package io.paymentsaga.operations;

import io.paymentsaga.messaging.KafkaHealth;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.camel.Exchange;

/**
 * What {@code /health} says, from what was seen in the background: a call waits neither for a
 * database nor for a broker. Healthy means that payments can be taken and are told of: Kafka away
 * only degrades, and so does an outbox that fills up, or a Stripe that does not answer or refuses
 * the key, for all but new payments goes on or waits.
 */
public final class Health {
  private final Workload workload;
  private final OutboxLimit limit;
  private final Supplier<KafkaHealth> kafka;
  private final BooleanSupplier stripeAnswers;
  private final String version;
  private final Clock clock;
  private final Instant started;

  public Health(
      Workload workload,
      OutboxLimit limit,
      Supplier<KafkaHealth> kafka,
      BooleanSupplier stripeAnswers,
      String version,
      Clock clock) {
    this.workload = workload;
    this.limit = limit;
    this.kafka = kafka;
    this.stripeAnswers = stripeAnswers;
    this.version = version;
    this.clock = clock;
    this.started = clock.instant();
  }

  /** Answers {@code /health}. */
  public Map<String, Object> report(Exchange exchange) {
    Optional<Workload.Figures> figures = workload.figures();
    KafkaHealth broker = kafka.get();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("status", status(figures, broker));
    report.put("service", "payment-service");
    report.put("version", version);
    report.put("uptimeSeconds", Duration.between(started, clock.instant()).toSeconds());
    report.put("kafka", Map.of("status", broker.status(), "brokers", broker.brokers()));
    report.put("database", Map.of("status", figures.isPresent() ? "healthy" : "unhealthy"));
    figures.ifPresent(
        now -> {
          report.put(
              "outbox", Map.of("pending", now.pending(), "oldestSeconds", now.oldestSeconds()));
          report.put("sagas", Map.of("active", now.active(), "stuck", now.stuck()));
        });
    answer(exchange, figures.isPresent());
    return report;
  }

  private String status(Optional<Workload.Figures> figures, KafkaHealth broker) {
    if (figures.isEmpty()) {
      return "unhealthy";
    }
    boolean well = broker.healthy() && stripeAnswers.getAsBoolean() && !limit.isNear(figures.get());
    return well ? "healthy" : "degraded";
  }

  /** Answers {@code /health/ready}. */
  public Map<String, Object> readiness(Exchange exchange) {
    boolean ready = workload.figures().isPresent();
    answer(exchange, ready);
    return Map.of("status", ready ? "ready" : "not ready");
  }

  private static void answer(Exchange exchange, boolean well) {
    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, well ? 200 : 503);
  }
}
