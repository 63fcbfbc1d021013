package io.paymentsaga.operations;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.paymentsaga.messaging.KafkaTopics;
import io.vertx.ext.web.Router;
import java.util.function.ToLongFunction;
import org.apache.camel.CamelContext;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyConfiguration;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;

/**
 * What {@code /metrics} tells, in Prometheus' text format. Each label has few values, all known
 * beforehand: no id of anything ever becomes one. The meters and what they mean stand in the
 * operator's guide.
 */
public final class Metrics implements AutoCloseable {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  public Metrics() {
    collections.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  public MeterRegistry registry() {
    return registry;
  }

  /** Counts what happens on the context's routes; to be called before they are added. */
  public void watch(CamelContext context) {
    MicrometerRoutePolicyConfiguration counted = new MicrometerRoutePolicyConfiguration();
    // Every exchange has succeeded or failed: their sums are the total, and the context's.
    counted.setContextEnabled(false);
    counted.setExchangesTotal(false);
    counted.setExternalRedeliveries(false);
    MicrometerRoutePolicyFactory routes = new MicrometerRoutePolicyFactory();
    routes.setMeterRegistry(registry);
    routes.setPolicyConfiguration(counted);
    routes.setSkipCamelInfo(true);
    context.addRoutePolicyFactory(routes);
    context.addRoutePolicyFactory(new RouteMeters(registry));
    context.getManagementStrategy().addEventNotifier(new RetryMeter(registry));
  }

  public void watch(Workload workload) {
    gauge("outbox.pending", workload, Workload.Figures::pending);
    gauge("outbox.oldest.seconds", workload, Workload.Figures::oldestSeconds);
    gauge("sagas.active", workload, Workload.Figures::active);
    gauge("sagas.stuck", workload, Workload.Figures::stuck);
  }

  /** Not a number while nobody knows. */
  private void gauge(String name, Workload workload, ToLongFunction<Workload.Figures> figure) {
    Gauge.builder(
            name,
            workload,
            seen ->
                seen.figures()
                    .map(figures -> (double) figure.applyAsLong(figures))
                    .orElse(Double.NaN))
        .register(registry);
  }

  public void watch(KafkaTopics topics) {
    Gauge.builder("kafka.brokers", topics, seen -> seen.health().brokers()).register(registry);
    for (String topic : KafkaTopics.names()) {
      Gauge.builder("kafka.topic.drift", topics, seen -> seen.drift(topic))
          .tag("topic", topic)
          .register(registry);
    }
  }

  /** Answers {@code GET /metrics}; reads memory only, so that it may do so on an event loop. */
  public void mountOn(Router router) {
    router
        .get("/metrics")
        .handler(
            call ->
                call.response()
                    .putHeader("Content-Type", TEXT)
                    .putHeader("Cache-Control", "no-store")
                    .end(registry.scrape(TEXT)));
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
