package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.sandbox.stripe.PaymentAttempt;
import io.paymentsaga.sandbox.stripe.TestCard;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;

/** One payment under test: what its customer and its shop do, and what they see of it. */
final class Payment {
  private final PaymentService service;
  private final String id;
  private final String orderId;
  private final String sessionId;

  Payment(PaymentService service, String id, String orderId, String sessionId) {
    this.service = service;
    this.id = id;
    this.orderId = orderId;
    this.sessionId = sessionId;
  }

  String id() {
    return id;
  }

  String orderId() {
    return orderId;
  }

  /** At Stripe. */
  String sessionId() {
    return sessionId;
  }

  String path() {
    return "/api/v1/payments/" + id;
  }

  PaymentAttempt pay(TestCard card) {
    return service.stripe().pay(sessionId, card);
  }

  /** This payment, paid and known to be. */
  Payment paid() {
    return paidWith(TestCard.PAYS);
  }

  Payment paidWith(TestCard card) {
    pay(card);
    awaitStatus("COMPLETED");
    return this;
  }

  Answer cancel() {
    return service.api().post(path() + "/cancel", "{}");
  }

  Answer refund(String json) {
    return service.api().post(path() + "/refunds", json);
  }

  JsonNode show() {
    return service.api().get(path()).expect(200).json();
  }

  String status() {
    return show().path("status").asText();
  }

  JsonNode refunds() {
    return show().path("refunds");
  }

  JsonNode saga() {
    return service.api().get(path() + "/saga").expect(200).json();
  }

  /** Waits until the one dispute of this payment stands like this. */
  void awaitDispute(String status) {
    eventually()
        .untilAsserted(
            () -> assertThat(show().at("/disputes/0/status").asText()).isEqualTo(status));
  }

  /** The types of the saga's timeline, in order. */
  List<String> timeline() {
    return texts(saga().path("timeline"), "type");
  }

  /** The PaymentIntent, once somebody has tried to pay. */
  String paymentIntentId() {
    return session().path("payment_intent").asText();
  }

  /** The session as Stripe has it. */
  JsonNode session() {
    return service.stripeObject(sessionId);
  }

  List<Event> events() {
    return service.topics().events(orderId);
  }

  /** The one event of this type. */
  Event event(String type) {
    List<Event> found = events().stream().filter(event -> event.type().equals(type)).toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  void awaitStatus(String status) {
    eventually().untilAsserted(() -> assertThat(status()).isEqualTo(status));
  }

  void awaitSaga(String state) {
    eventually().untilAsserted(() -> assertThat(saga().path("state").asText()).isEqualTo(state));
  }

  /** Waits until exactly these events are published, in the order of their sequence. */
  void awaitEvents(String... types) {
    eventually()
        .untilAsserted(() -> assertThat(events()).extracting(Event::type).containsExactly(types));
    assertThat(events())
        .extracting(Event::sequence)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, types.length).boxed().toList());
  }

  static List<String> texts(JsonNode array, String field) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(each -> each.path(field).asText())
        .toList();
  }
}
