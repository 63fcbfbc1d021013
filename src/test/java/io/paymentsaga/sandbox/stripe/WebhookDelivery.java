package io.paymentsaga.sandbox.stripe;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Sends events to each of the merchant's endpoints until it answers 2xx, for three days at most.
 * Events that happen while there is no endpoint are not sent later. The order over several events
 * is not kept.
 *
 * <p>Pauses and patience go by Stripe's own clock. What becomes due while that is moved is sent
 * once, at the end. Each attempt is signed anew with the true time, as the receiver's tolerance
 * wants it.
 */
final class WebhookDelivery implements AutoCloseable {
  private static final int THREADS = 4;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofDays(3);
  private static final Duration REVERSAL_WINDOW = Duration.ofMillis(300);

  private record Shipment(
      SimulatedEvent event,
      String endpoint,
      String payload,
      int attempts,
      Optional<Instant> lastChance) {
    Shipment again(Instant givenUpAt) {
      return new Shipment(event, endpoint, payload, attempts + 1, Optional.of(givenUpAt));
    }
  }

  private final WebhookEndpoints endpoints;
  private final SimulatedClock clock;
  private final Mischief mischief;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final ScheduledThreadPoolExecutor threads;
  private final Agenda agenda = new Agenda();
  private final Deque<Shipment> heldForReversal = new ArrayDeque<>();
  private volatile RetrySchedule schedule = RetrySchedule.QUICK;

  WebhookDelivery(WebhookEndpoints endpoints, SimulatedClock clock, Mischief mischief) {
    this.endpoints = endpoints;
    this.clock = clock;
    this.mischief = mischief;
    threads =
        new ScheduledThreadPoolExecutor(
            THREADS,
            work -> {
              Thread thread = new Thread(work, "stripe-simulator-webhooks");
              thread.setDaemon(true);
              return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());
    threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Takes effect with the next pause. */
  void retry(RetrySchedule newSchedule) {
    schedule = newSchedule;
  }

  /** Begins to deliver, as well as the mischief lets it. Does not block. */
  void deliver(SimulatedEvent event) {
    List<WebhookEndpoint> interested =
        endpoints.all().stream().filter(endpoint -> endpoint.wants(event.type())).toList();
    event.owe(interested);
    if (interested.isEmpty()) {
      return;
    }
    WebhookFaults faults = mischief.strike(event);
    if (!faults.lost()) {
      interested.forEach(endpoint -> deliver(event, endpoint, faults));
    }
  }

  private void deliver(SimulatedEvent event, WebhookEndpoint endpoint, WebhookFaults faults) {
    String version = faults.apiVersion() == null ? endpoint.versionOfEvents() : faults.apiVersion();
    Shipment shipment = shipment(event, endpoint, version);
    for (int copy = 0; copy < faults.copies(); copy++) {
      if (faults.reversed()) {
        holdForReversal(shipment);
      } else {
        later(faults.delay(), () -> send(shipment));
      }
    }
  }

  /** Sends an event to every endpoint again, untouched by mischief. */
  void resend(SimulatedEvent event) {
    if (endpoints.all().isEmpty()) {
      throw ApiError.invalid("There is no webhook endpoint to send to.", null, null);
    }
    for (WebhookEndpoint endpoint : endpoints.all()) {
      Shipment shipment = shipment(event, endpoint, endpoint.versionOfEvents());
      later(Duration.ZERO, () -> send(shipment));
    }
  }

  /** Sends what the clock has made due. */
  void wake() {
    agenda.runDue(clock.instant());
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private Shipment shipment(SimulatedEvent event, WebhookEndpoint endpoint, String version) {
    return new Shipment(
        event, endpoint.id(), event.toJson(version).encodePrettily(), 0, Optional.empty());
  }

  private void holdForReversal(Shipment shipment) {
    synchronized (heldForReversal) {
      if (heldForReversal.isEmpty()) {
        later(REVERSAL_WINDOW, this::sendHeldNewestFirst);
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

  private void later(Duration pause, Runnable work) {
    at(clock.instant().plus(pause), work);
  }

  // The clock may be moved meanwhile, so what waits stands on the agenda, and the timer only wakes.
  private void at(Instant due, Runnable work) {
    agenda.add(due, () -> threads.execute(work));
    Duration pause = Duration.between(clock.instant(), due);
    var unused = threads.schedule(this::wake, pause.toMillis() + 1, TimeUnit.MILLISECONDS);
    wake();
  }

  private void send(Shipment shipment) {
    Optional<WebhookEndpoint> endpoint = endpoints.find(shipment.endpoint());
    if (endpoint.isEmpty()) {
      return;
    }
    Instant lastChance = shipment.lastChance().orElseGet(() -> clock.instant().plus(PATIENCE));
    SimulatedEvent.Attempt attempt = attempt(endpoint.get(), shipment.payload());
    shipment.event().record(attempt);
    if (!attempt.accepted() && attempt.at().isBefore(lastChance)) {
      Shipment next = shipment.again(lastChance);
      at(attempt.at().plus(schedule.pauseAfter(next.attempts())), () -> send(next));
    }
  }

  private SimulatedEvent.Attempt attempt(WebhookEndpoint endpoint, String payload) {
    Instant now = clock.instant();
    String signature = WebhookSignature.header(payload, endpoint.secretsAt(now), clock.trueTime());
    HttpRequest request =
        HttpRequest.newBuilder(endpoint.url())
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json; charset=utf-8")
            .header("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
            .header("Stripe-Signature", signature)
            .POST(HttpRequest.BodyPublishers.ofString(payload))
            .build();
    try {
      HttpResponse<Void> response = client.send(request, HttpResponse.BodyHandlers.discarding());
      return new SimulatedEvent.Attempt(now, endpoint.id(), response.statusCode(), null);
    } catch (IOException unreachable) {
      return new SimulatedEvent.Attempt(now, endpoint.id(), 0, unreachable.toString());
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      return new SimulatedEvent.Attempt(now, endpoint.id(), 0, closing.toString());
    }
  }
}
