package io.paymentsaga.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.paymentsaga.sandbox.stripe.TestCard;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.awaitility.core.ConditionFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One payment to which something happens, and what has to be left of it whatever that was. */
final class PaymentUnderFault {
  private static final long AMOUNT = 3000;
  private static final String CHECKOUT =
      """
      {"orderId":"%s","userId":"usr_7","customerEmail":"ada@example.com","currency":"USD",
       "items":[{"productId":"sku-1","productName":"Mug","quantity":2,"unitAmount":1500}]}
      """;

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI service;
  private final StripeSimulator stripe;
  private final ShopTopics topics;
  private final JdbcClient jdbc;
  private final String correlationId;
  private final String orderId;

  PaymentUnderFault(
      URI service,
      StripeSimulator stripe,
      ShopTopics topics,
      JdbcClient jdbc,
      String correlationId) {
    this.service = service;
    this.stripe = stripe;
    this.topics = topics;
    this.jdbc = jdbc;
    this.correlationId = correlationId;
    this.orderId = "ord_" + correlationId;
  }

  /** Asks for the payment, and waits until it can be paid or was undone. */
  void checkOut() {
    post("/api/v1/payments/checkout-session", CHECKOUT.formatted(orderId));
    letTheCheckoutBeOverdue();
    eventually().until(() -> canBePaid() || isOver());
  }

  /** Whoever made it has had all the time there is; without waiting for it. */
  private void letTheCheckoutBeOverdue() {
    jdbc.sql(
            """
            UPDATE saga SET deadline = now(), due_at = now()
            WHERE correlation_id = :id AND state IN ('STARTED', 'PAYMENT_CREATED')
            """)
        .param("id", correlationId)
        .update();
  }

  boolean canBePaid() {
    return sagaStates().contains("AWAITING_PAYMENT");
  }

  void pay() {
    stripe.pay((String) payment().get("stripe_session_id"), TestCard.PAYS);
    eventually().until(this::isOver);
  }

  void cancel() {
    assertThat(post(path() + "/cancel", "{}")).isEqualTo(202);
    eventually().until(this::isOver);
  }

  /** Asks for all the money, and once more when that fails. */
  void refund() {
    if (post(path() + "/refunds", "{}") != 202) {
      assertThat(post(path() + "/refunds", "{}")).isEqualTo(202);
    }
    eventually().until(this::isOver);
  }

  /** Every step is undone, last step first; no money can come; everybody was told once. */
  void wasUndone() {
    assertThat(sagaStates()).containsExactly("COMPENSATED");
    assertThat(compensationsRun()).isEqualTo(compensationsEnlisted());
    assertThat(stripe.sessions())
        .filteredOn(this::isOfThisOrder)
        .extracting(session -> session.getString("status"))
        .doesNotContain("open", "complete");
    assertThat(stripe.paymentIntents()).filteredOn(this::isOfThisOrder).isEmpty();
    if (payments().isEmpty()) {
      assertThat(published()).isEmpty();
      return;
    }
    assertThat(payment().get("status")).isIn("FAILED", "CANCELLED");
    String end = "payment." + payment().get("status").toString().toLowerCase(Locale.ROOT);
    List<String> told = awaitEvents();
    if (told.contains("payment.initiated")) {
      assertThat(told)
          .containsExactly(
              "payment.initiated",
              "saga.payment.compensate",
              end,
              "saga.payment.rollback.complete");
    } else {
      assertThat(told).containsExactly(end, "saga.payment.rollback.complete");
    }
  }

  /** The money came once and went back once; everybody was told once. */
  void wasPaidAndRefunded() {
    assertThat(sagaStates()).containsExactly("COMPLETED", "COMPLETED");
    assertThat(payment())
        .containsEntry("status", "REFUNDED")
        .containsEntry("captured_amount", AMOUNT)
        .containsEntry("refunded_amount", AMOUNT);
    String paymentIntentId = (String) payment().get("stripe_payment_intent_id");
    assertThat(stripe.refunds())
        .filteredOn(refund -> paymentIntentId.equals(refund.getString("payment_intent")))
        .singleElement()
        .satisfies(
            refund -> {
              assertThat(refund.getLong("amount")).isEqualTo(AMOUNT);
              assertThat(refund.getString("status")).isEqualTo("succeeded");
            });
    assertThat(awaitEvents())
        .containsExactly("payment.initiated", "payment.completed", "payment.refunded");
  }

  /** Whatever went wrong, nobody was there to write it down. */
  void hasNoFailureOnRecord() {
    assertThat(
            texts(
                """
                SELECT detail FROM saga_history JOIN saga USING (saga_id)
                WHERE correlation_id = :id AND type IN ('compensation-failed', 'completion-failed')
                """))
        .isEmpty();
  }

  /** The types of all events of the payment, once each has been published. */
  private List<String> awaitEvents() {
    long written = (long) payment().get("sequence");
    eventually().until(() -> published().size() >= written);
    List<PublishedEvent> published = published();
    assertThat(published)
        .extracting(PublishedEvent::sequence)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, written).boxed().toList());
    return published.stream().map(PublishedEvent::type).toList();
  }

  /** Each event as often as it was published, by their sequence. */
  private List<PublishedEvent> published() {
    return topics.published().stream()
        .filter(event -> event.key().equals(orderId))
        .sorted(Comparator.comparingLong(PublishedEvent::sequence))
        .toList();
  }

  private boolean isOver() {
    return sagaStates().stream()
        .allMatch(state -> state.equals("COMPLETED") || state.equals("COMPENSATED"));
  }

  private ConditionFactory eventually() {
    return await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .failFast("an operator is needed", () -> sagaStates().contains("FAILED"));
  }

  private boolean isOfThisOrder(JsonObject stripeObject) {
    return orderId.equals(stripeObject.getJsonObject("metadata").getString("orderId"));
  }

  private String path() {
    return "/api/v1/payments/" + payment().get("payment_id");
  }

  private Map<String, Object> payment() {
    return payments().get(0);
  }

  private List<Map<String, Object>> payments() {
    return jdbc.sql("SELECT * FROM payment WHERE correlation_id = :id")
        .param("id", correlationId)
        .query()
        .listOfRows();
  }

  private List<String> sagaStates() {
    return texts("SELECT state FROM saga WHERE correlation_id = :id ORDER BY started_at");
  }

  private List<String> compensationsEnlisted() {
    return texts(
        """
        SELECT name FROM saga_step JOIN saga USING (saga_id)
        WHERE correlation_id = :id AND compensation_uri IS NOT NULL
        ORDER BY step_id DESC
        """);
  }

  private List<String> compensationsRun() {
    return texts(
        """
        SELECT detail FROM saga_history JOIN saga USING (saga_id)
        WHERE correlation_id = :id AND type = 'compensation-succeeded'
        ORDER BY history_id
        """);
  }

  private List<String> texts(String sql) {
    return jdbc.sql(sql).param("id", correlationId).query(String.class).list();
  }

  /** The status of the answer. */
  private int post(String path, String json) {
    HttpRequest request =
        HttpRequest.newBuilder(service.resolve(path))
            .header("Content-Type", "application/json")
            .header("X-Correlation-Id", correlationId)
            .POST(BodyPublishers.ofString(json))
            .build();
    try {
      return CLIENT.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for an answer", e);
    }
  }
}
