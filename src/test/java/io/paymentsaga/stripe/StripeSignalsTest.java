package io.paymentsaga.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.paymentsaga.payment.Dispute;
import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.payment.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StripeSignalsTest {
  private static final Money MONEY = new Money(3000, "USD");
  private static final String PAID_SESSION =
      """
      {"object":"checkout.session","id":"cs_1","payment_intent":"pi_1","amount_total":3000,
       "currency":"usd","payment_status":"%s"}
      """;
  private static final String INTENT =
      """
      {"object":"payment_intent","id":"pi_1","amount":3000,"amount_received":3000,"currency":"usd"}
      """;
  private static final String REFUND =
      """
      {"object":"refund","id":"re_1","amount":500,"status":"%s","payment_intent":"pi_1",
       "reason":"duplicate","failure_reason":%s,"metadata":{"refundId":"refund_1"}}
      """;

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("events")
  void an_event_is_read_from_its_raw_json(String type, String object, Signal signal)
      throws Exception {
    assertThat(StripeSignals.of(event(type, object))).contains(signal);
  }

  static Stream<Arguments> events() {
    Signal captured = new Signal.Captured(MONEY, "pi_1");
    Signal processing = new Signal.ProcessingStarted("pi_1");
    return Stream.of(
        Arguments.of("checkout.session.completed", PAID_SESSION.formatted("paid"), captured),
        Arguments.of(
            "checkout.session.completed", PAID_SESSION.formatted("no_payment_required"), captured),
        Arguments.of("checkout.session.completed", PAID_SESSION.formatted("unpaid"), processing),
        Arguments.of(
            "checkout.session.async_payment_succeeded", PAID_SESSION.formatted("paid"), captured),
        Arguments.of(
            "checkout.session.async_payment_failed",
            PAID_SESSION.formatted("unpaid"),
            new Signal.ProcessingFailed(null, "asynchronous payment failed")),
        Arguments.of(
            "checkout.session.expired",
            PAID_SESSION.formatted("unpaid"),
            new Signal.SessionEndAnnounced()),
        Arguments.of("payment_intent.succeeded", INTENT, captured),
        Arguments.of("payment_intent.processing", INTENT, processing),
        Arguments.of("payment_intent.canceled", INTENT, new Signal.SessionEndAnnounced()),
        Arguments.of(
            "payment_intent.payment_failed",
            """
            {"object":"payment_intent","id":"pi_1","latest_charge":"ch_1",
             "last_payment_error":{"code":"card_declined","decline_code":"insufficient_funds"}}
            """,
            new Signal.AttemptDeclined("ch_1", "insufficient_funds", "card_declined", true)),
        Arguments.of(
            "payment_intent.payment_failed",
            """
            {"object":"payment_intent","id":"pi_1","latest_charge":null,
             "last_payment_error":{"code":"payment_intent_authentication_failure"}}
            """,
            new Signal.AttemptDeclined(
                null,
                "payment_intent_authentication_failure",
                "payment_intent_authentication_failure",
                true)),
        Arguments.of(
            "charge.succeeded",
            """
            {"object":"charge","id":"ch_1","receipt_url":"https://stripe.example/r"}
            """,
            new Signal.ReceiptIssued("ch_1", "https://stripe.example/r")),
        Arguments.of(
            "refund.created",
            REFUND.formatted("pending", null),
            refund(Refund.Status.PENDING, null)),
        Arguments.of(
            "refund.created",
            REFUND.formatted("requires_action", null),
            refund(Refund.Status.PENDING, null)),
        Arguments.of(
            "refund.updated",
            REFUND.formatted("succeeded", null),
            refund(Refund.Status.SUCCEEDED, null)),
        Arguments.of(
            "refund.updated",
            REFUND.formatted("canceled", null),
            refund(Refund.Status.CANCELED, null)),
        Arguments.of(
            "refund.failed",
            REFUND.formatted("failed", "\"lost_or_stolen_card\""),
            refund(Refund.Status.FAILED, "lost_or_stolen_card")),
        Arguments.of(
            "charge.refund.updated",
            REFUND.formatted("succeeded", null),
            refund(Refund.Status.SUCCEEDED, null)));
  }

  @ParameterizedTest
  @CsvSource({
    "needs_response,OPEN",
    "under_review,OPEN",
    "warning_needs_response,OPEN",
    "something_new,OPEN",
    "won,WON",
    "warning_closed,WON",
    "prevented,WON",
    "lost,LOST"
  })
  void a_dispute_is_read_with_stripes_own_word_for_its_status(
      String stripeStatus, Dispute.Status status) throws Exception {
    String object =
        """
        {"object":"dispute","id":"du_1","amount":3000,"currency":"usd","status":"%s",
         "payment_intent":"pi_1","reason":"fraudulent"}
        """
            .formatted(stripeStatus);

    assertThat(StripeSignals.of(event("charge.dispute.updated", object)))
        .contains(new Signal.DisputeReported("du_1", MONEY, status, stripeStatus, "fraudulent"));
  }

  @Test
  void a_refund_made_in_the_dashboard_gets_an_id_made_of_stripes() throws Exception {
    String object =
        """
        {"object":"refund","id":"re_9","amount":500,"status":"succeeded","metadata":{}}
        """;

    assertThat(StripeSignals.of(event("refund.created", object)))
        .contains(
            new Signal.RefundReported(
                "stripe-re_9", "re_9", 500, Refund.Status.SUCCEEDED, null, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"charge.refunded", "payment_intent.created", "customer.created"})
  void an_event_that_moves_no_payment_gives_no_signal(String type) throws Exception {
    assertThat(StripeSignals.of(event(type, "{}"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"payment_status\":\"paid\",\"currency\":\"usd\"}",
        "{\"payment_status\":\"paid\",\"amount_total\":3000}",
        "{\"payment_status\":\"paid\",\"amount_total\":\"3000\",\"currency\":\"usd\"}",
        "{\"payment_status\":\"paid\",\"amount_total\":-1,\"currency\":\"usd\"}",
        "{\"payment_status\":\"paid\",\"amount_total\":18446744073709554616,\"currency\":\"usd\"}"
      })
  void captured_money_that_cannot_be_read_is_not_acknowledged(String object) {
    assertThatThrownBy(() -> StripeSignals.of(event("checkout.session.completed", object)))
        .isInstanceOf(WebhookRejectedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"500\"", "-500", "5.5", "18446744073709552116"})
  void a_refund_of_an_amount_that_cannot_be_read_is_not_acknowledged(String amount) {
    String refund = "{\"id\":\"re_1\",\"status\":\"succeeded\",\"amount\":%s}".formatted(amount);

    assertThatThrownBy(() -> StripeSignals.of(event("refund.updated", refund)))
        .isInstanceOf(WebhookRejectedException.class);
  }

  @Test
  void a_look_at_a_session_means_the_same_as_its_event() {
    assertThat(StripeSignals.of(new StripeOutcome.SessionPaid("cs_1", MONEY, "pi_1", null, null)))
        .containsExactly(new Signal.Captured(MONEY, "pi_1"));
    assertThat(StripeSignals.of(new StripeOutcome.SessionPaid("cs_1", MONEY, "pi_1", "ch_1", "r")))
        .containsExactly(new Signal.ReceiptIssued("ch_1", "r"), new Signal.Captured(MONEY, "pi_1"));
    assertThat(StripeSignals.of(new StripeOutcome.SessionProcessing("cs_1", "pi_1")))
        .contains(new Signal.ProcessingStarted("pi_1"));
    assertThat(StripeSignals.of(new StripeOutcome.SessionExpired("cs_1")))
        .contains(new Signal.SessionExpired());
    assertThat(StripeSignals.of(new StripeOutcome.SessionOpen("cs_1", "https://x", Instant.EPOCH)))
        .isEmpty();
    assertThat(StripeSignals.of(new StripeOutcome.Unknown("slow", Duration.ofSeconds(2), false)))
        .isEmpty();
  }

  private static Signal refund(Refund.Status status, String failureReason) {
    return new Signal.RefundReported("refund_1", "re_1", 500, status, "duplicate", failureReason);
  }

  private static StripeEvent event(String type, String object) throws JsonProcessingException {
    return new StripeEvent("evt_1", type, new ObjectMapper().readTree(object), object);
  }
}
