package io.paymentsaga.flow;

import io.paymentsaga.http.HttpContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The HTTP API, as one caller with one token uses it. Each call and each answer is held to the
 * published document.
 */
final class Api {
  /** Longer than the 30 seconds in which the service answers a checkout. */
  private static final Duration PATIENCE = Duration.ofSeconds(35);

  private final HttpClient client;
  private final Supplier<URI> address;
  private final String token;
  private final String idempotencyKey;

  Api(HttpClient client, Supplier<URI> address, String token) {
    this(client, address, token, "");
  }

  private Api(HttpClient client, Supplier<URI> address, String token, String idempotencyKey) {
    this.client = client;
    this.address = address;
    this.token = token;
    this.idempotencyKey = idempotencyKey;
  }

  /** The same caller, who names each call by this key. */
  Api under(String key) {
    return new Api(client, address, token, key);
  }

  /** The same caller at another instance. */
  Api at(Supplier<URI> instance) {
    return new Api(client, instance, token, idempotencyKey);
  }

  Answer get(String path) {
    return answer(request(path).GET(), "");
  }

  Answer post(String path, String json) {
    return post(path, "application/json", json);
  }

  Answer post(String path, String mediaType, String body) {
    return send(request(path).header("Content-Type", mediaType), body);
  }

  Answer checkout(Order order) {
    return post("/api/v1/payments/checkout-session", order.json());
  }

  Answer checkout(Order order, String traceparent) {
    return send(
        request("/api/v1/payments/checkout-session")
            .header("Content-Type", "application/json")
            .header("traceparent", traceparent),
        order.json());
  }

  Answer webhook(String payload, String signature) {
    HttpRequest.Builder request =
        request("/webhooks/stripe").header("Content-Type", "application/json");
    return send(
        signature.isEmpty() ? request : request.header("Stripe-Signature", signature), payload);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.get().resolve(path)).timeout(PATIENCE);
    if (!idempotencyKey.isEmpty()) {
      request.header("Idempotency-Key", idempotencyKey);
    }
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  private Answer send(HttpRequest.Builder request, String body) {
    return answer(request.POST(BodyPublishers.ofString(body)), body);
  }

  private Answer answer(HttpRequest.Builder request, String body) {
    try {
      return new Answer(
          HttpContract.held(body, client.send(request.build(), BodyHandlers.ofString())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for an answer", e);
    }
  }
}
