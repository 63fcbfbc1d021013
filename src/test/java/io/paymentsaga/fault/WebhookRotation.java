package io.paymentsaga.fault;

import io.paymentsaga.sandbox.stripe.StripeSimulator;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Stands for the load balancer before the webhooks: points Stripe to one instance after another.
 */
final class WebhookRotation implements AutoCloseable {
  private static final long PERIOD_MILLIS = 50;

  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();

  WebhookRotation(StripeSimulator stripe, Fleet fleet) {
    var unused =
        executor.scheduleWithFixedDelay(
            () ->
                fleet
                    .anyReady()
                    .ifPresent(
                        instance -> stripe.deliverWebhooksTo(instance.resolve("/webhooks/stripe"))),
            0,
            PERIOD_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
