package io.paymentsaga.operations;

import io.micrometer.core.instrument.MeterRegistry;
import io.paymentsaga.payment.Decision;
import io.paymentsaga.payment.PaymentStatus;
import io.paymentsaga.stripe.StripeEvent;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Counts what matters of what passes through the service's routes, where it leaves them. */
final class RouteMeters implements RoutePolicyFactory {
  /** Stripe has many more types; those nobody here acts on are one. */
  private static final Pattern KNOWN_WEBHOOK =
      Pattern.compile(
          "checkout\\.session\\.(completed|expired|async_payment_succeeded|async_payment_failed)"
              + "|payment_intent\\.(succeeded|processing|payment_failed|canceled)"
              + "|charge\\.(succeeded|failed|refunded|updated)"
              + "|charge\\.dispute\\.(created|updated|closed)"
              + "|refund\\.(created|updated|failed)");

  private final MeterRegistry registry;

  RouteMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
    return switch (routeId) {
      case "create-payment" -> new WhenDone(this::created);
      case "payment-signal" -> new WhenDone(this::decided);
      case "receive-stripe-webhook" -> new WhenDone(this::webhook);
      case "keep-dead-letter" -> new WhenDone(this::deadLetter);
      default -> routeId.startsWith("consume-") ? new WhenDone(this::consumed) : null;
    };
  }

  private void created(Exchange exchange) {
    if (!exchange.isFailed()) {
      whenCommitted(() -> transition("NONE", PaymentStatus.PENDING.name()));
    }
  }

  private void decided(Exchange exchange) {
    if (!exchange.isFailed()
        && exchange.getMessage().getBody() instanceof Decision decision
        && decision.before().status() != decision.after().status()) {
      whenCommitted(
          () -> transition(decision.before().status().name(), decision.after().status().name()));
    }
  }

  private void transition(String from, String to) {
    registry.counter("payments.transitions", "from", from, "to", to).increment();
  }

  private void webhook(Exchange exchange) {
    StripeEvent event = exchange.getProperty("stripeEvent", StripeEvent.class);
    boolean known = event != null && KNOWN_WEBHOOK.matcher(event.type()).matches();
    registry
        .counter(
            "stripe.webhooks", "type", known ? event.type() : "other", "outcome", outcome(exchange))
        .increment();
  }

  private static String outcome(Exchange exchange) {
    int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
    if (exchange.isFailed() || status >= 500) {
      return "failed";
    }
    return status >= 400 ? "rejected" : "accepted";
  }

  private void consumed(Exchange exchange) {
    registry
        .counter(
            "messages.consumed",
            "route",
            exchange.getFromRouteId(),
            "outcome",
            exchange.isFailed() ? "left" : "done")
        .increment();
  }

  private void deadLetter(Exchange exchange) {
    if (!exchange.isFailed()) {
      registry.counter("messages.dead.lettered", "route", exchange.getFromRouteId()).increment();
    }
  }

  /** What is rolled back later has not happened. */
  private static void whenCommitted(Runnable count) {
    if (!TransactionSynchronizationManager.isSynchronizationActive()) {
      count.run();
      return;
    }
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            count.run();
          }
        });
  }

  private static final class WhenDone extends RoutePolicySupport {
    private final Consumer<Exchange> count;

    WhenDone(Consumer<Exchange> count) {
      this.count = count;
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
      count.accept(exchange);
    }
  }
}
