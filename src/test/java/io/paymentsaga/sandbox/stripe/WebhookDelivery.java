package io.paymentsaga.sandbox.stripe;

import com.stripe.Stripe;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Sends events to the merchant's endpoint until it answers 2xx, for three days at most. Events that
 * happen while there is no endpoint are not sent later. The order over several events is not kept.
 */
final class WebhookDelivery implements AutoCloseable {
  private static final int THREADS = 4;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofDays(3);
  private static final Duration REVERSAL_WINDOW = Duration.ofMillis(300);

  private record Shipment(SimulatedEvent event, String payload, Duration nextPause) {
    Shipment later() {
      Duration doubled = nextPause.multipliedBy(2);
      return new Shipment(
          event, payload, doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE);
    }
  }

  private final String secret;
  private final Clock clock;
  private final Mischief mischief;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final ScheduledThreadPoolExecutor threads;
  private final Deque<Shipment> heldForReversal = new ArrayDeque<>();
  private volatile URI endpoint;

  WebhookDelivery(String secret, Clock clock, Mischief mischief) {
    this.secret = secret;
    this.clock = clock;
    this.mischief = mischief;
    threads =
        new ScheduledThreadPoolExecutor(
            THREADS,
            work -> {
              Thread thread = new Thread(work, "stripe-simulator-webhooks");
              thread.setDaemon(true);
              return thread;
            });
    threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Also events still being retried go to the new endpoint. */
  void deliverTo(URI newEndpoint) {
    endpoint = newEndpoint;
  }

  Optional<URI> endpoint() {
    return Optional.ofNullable(endpoint);
  }

  /** Begins to deliver, as well as the mischief lets it. Does not block. */
  void deliver(SimulatedEvent event) {
    WebhookFaults faults = mischief.faultsOf(event.type());
    if (endpoint == null || faults.lost()) {
      return;
    }
    String version = faults.apiVersion() == null ? Stripe.API_VERSION : faults.apiVersion();
    Shipment shipment = new Shipment(event, event.toJson(version).encodePrettily(), FIRST_PAUSE);
    for (int copy = 0; copy < faults.copies(); copy++) {
      if (faults.reversed()) {
        holdForReversal(shipment);
      } else {
        schedule(shipment, faults.delay());
      }
    }
  }

  /** Sends an event again, untouched by mischief. */
  void resend(SimulatedEvent event) {
    if (endpoint == null) {
      throw ApiError.invalid("There is no webhook endpoint to send to.", null, null);
    }
    schedule(new Shipment(event, event.toJson().encodePrettily(), FIRST_PAUSE), Duration.ZERO);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private void schedule(Shipment shipment, Duration pause) {
    run(() -> send(shipment), pause);
  }

  private void holdForReversal(Shipment shipment) {
    synchronized (heldForReversal) {
      if (heldForReversal.isEmpty()) {
        run(this::sendHeldNewestFirst, REVERSAL_WINDOW);
      }
      heldForReversal.addFirst(shipment);
    }
  }

  private void sendHeldNewestFirst() {
    Deque<Shipment> newestFirst;
    synchronized (heldForReversal) {
      newestFirst = new ArrayDeque<>(heldForReversal);
      heldForReversal.clear();
    }
    newestFirst.forEach(this::send);
  }

  private void run(Runnable work, Duration pause) {
    if (!threads.isShutdown()) {
      var unused = threads.schedule(work, pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void send(Shipment shipment) {
    SimulatedEvent.Attempt attempt = attempt(shipment.payload());
    shipment.event().record(attempt);
    Instant lastChance = shipment.event().created().plus(PATIENCE);
    if (!attempt.accepted() && clock.instant().isBefore(lastChance)) {
      schedule(shipment.later(), shipment.nextPause());
    }
  }

  private SimulatedEvent.Attempt attempt(String payload) {
    Instant now = clock.instant();
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json; charset=utf-8")
            .header("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
            .header("Stripe-Signature", WebhookSignature.header(payload, secret, now))
            .POST(HttpRequest.BodyPublishers.ofString(payload))
            .build();
    try {
      HttpResponse<Void> response = client.send(request, HttpResponse.BodyHandlers.discarding());
      return new SimulatedEvent.Attempt(now, response.statusCode(), null);
    } catch (IOException unreachable) {
      return new SimulatedEvent.Attempt(now, 0, unreachable.toString());
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      return new SimulatedEvent.Attempt(now, 0, closing.toString());
    }
  }
}
