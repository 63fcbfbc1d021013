package io.paymentsaga.sandbox.stripe;

import com.stripe.exception.SignatureVerificationException;
import com.stripe.model.Event;
import com.stripe.net.Webhook;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A merchant's endpoint that keeps the events the SDK verifies and answers 400 to all others. */
final class WebhookReceiver implements AutoCloseable {
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger refusals = new AtomicInteger();
  private final String secret;
  private final HttpServer server;

  WebhookReceiver(String secret) throws IOException {
    this.secret = secret;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::receive);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/webhooks/stripe");
  }

  void refuseNext(int count) {
    refusals.set(count);
  }

  List<String> types() {
    return events.stream().map(Event::getType).toList();
  }

  Event event(String type) {
    return events.stream().filter(event -> event.getType().equals(type)).findFirst().orElseThrow();
  }

  void forget() {
    events.clear();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(status(exchange, body), -1);
    }
  }

  private int status(HttpExchange exchange, byte[] body) {
    if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return 503;
    }
    try {
      events.add(
          Webhook.constructEvent(
              new String(body, StandardCharsets.UTF_8),
              exchange.getRequestHeaders().getFirst("Stripe-Signature"),
              secret));
      return 200;
    } catch (SignatureVerificationException forged) {
      return 400;
    }
  }
}
