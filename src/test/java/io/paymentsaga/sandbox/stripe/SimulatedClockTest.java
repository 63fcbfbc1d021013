package io.paymentsaga.sandbox.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.stripe.exception.StripeException;
import com.stripe.model.Event;
import com.stripe.model.checkout.Session;
import com.stripe.param.EventListParams;
import com.stripe.param.checkout.SessionCreateParams;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatedClockTest {
  private final Merchant merchant = new Merchant();

  @AfterEach
  void close() {
    merchant.close();
  }

  @Test
  void what_is_due_on_the_way_happens_at_its_own_time_and_in_order() throws Exception {
    Instant begin = merchant.simulator().now().truncatedTo(ChronoUnit.SECONDS);
    banks("{\"debitAfter\":\"P4D\",\"dispute\":1,\"disputeAfter\":\"P10D\"}");
    Session debit = merchant.open();
    merchant.simulator().payByBankDebit(debit.getId());
    merchant.paid(TestCard.PAYS);

    merchant.simulator().advance(Duration.ofDays(14));

    assertThat(merchant.sessions().retrieve(debit.getId()).getPaymentStatus()).isEqualTo("paid");
    assertThat(merchant.eventTypes().get(0)).isEqualTo("charge.dispute.funds_withdrawn");
    assertThat(createdOf("checkout.session.async_payment_succeeded"))
        .isBetween(begin.plus(Duration.ofDays(4)), begin.plus(Duration.ofDays(4)).plusSeconds(10));
    assertThat(createdOf("charge.dispute.created"))
        .isBetween(
            begin.plus(Duration.ofDays(10)), begin.plus(Duration.ofDays(10)).plusSeconds(10));
  }

  @Test
  void a_session_lives_its_time_by_the_clock_of_a_caller_who_did_not_move_along()
      throws StripeException {
    merchant.simulator().advance(Duration.ofDays(3));
    long inHalfAnHour = Instant.now().plus(Duration.ofMinutes(35)).getEpochSecond();

    Session session = merchant.create(merchant.request().setExpiresAt(inHalfAnHour).build());

    assertThat(session.getExpiresAt()).isEqualTo(inHalfAnHour);
    merchant.simulator().advance(Duration.ofMinutes(34));
    assertThat(merchant.sessions().retrieve(session.getId()).getStatus()).isEqualTo("open");
    merchant.simulator().advance(Duration.ofMinutes(1));
    assertThat(merchant.sessions().retrieve(session.getId()).getStatus()).isEqualTo("expired");
  }

  @Test
  void a_session_lives_its_time_by_the_clock_of_a_caller_who_moved_along() throws StripeException {
    merchant.simulator().advance(Duration.ofDays(3));
    Session session = merchant.open();

    merchant.simulator().advance(Duration.ofMinutes(34));
    assertThat(merchant.sessions().retrieve(session.getId()).getStatus()).isEqualTo("open");
    merchant.simulator().advance(Duration.ofMinutes(1));
    assertThat(merchant.sessions().retrieve(session.getId()).getStatus()).isEqualTo("expired");
  }

  @Test
  void a_key_is_forgotten_after_a_day() throws StripeException {
    SessionCreateParams request =
        merchant.request().setExpiresAt(merchant.in(Duration.ofHours(23))).build();
    Session first = merchant.create(request, Merchant.key("k1"));

    merchant.simulator().advance(Duration.ofHours(22));
    assertThat(merchant.create(request, Merchant.key("k1")).getId()).isEqualTo(first.getId());

    merchant.simulator().advance(Duration.ofHours(3));
    assertThat(merchant.create(merchant.request().build(), Merchant.key("k1")).getId())
        .isNotEqualTo(first.getId());
  }

  @Test
  void a_webhook_is_tried_for_three_days_and_signed_with_the_true_time() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver(Merchant.WEBHOOK_SECRET)) {
      refuseTwice(receiver);

      merchant.simulator().advance(Duration.ofMinutes(4));
      merchant.simulator().advance(Duration.ofMinutes(1));
      await().until(() -> merchant.deliveries().getInteger("attempts") == 2);
      assertThat(receiver.types()).isEmpty();

      // The SDK in the receiver refuses a signature that is five minutes from the true time.
      merchant.simulator().advance(Duration.ofHours(1));
      await().until(() -> receiver.types().contains("checkout.session.expired"));
    }
  }

  @Test
  void a_webhook_that_nobody_takes_for_three_days_stays_undelivered() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver(Merchant.WEBHOOK_SECRET)) {
      refuseTwice(receiver);

      merchant.simulator().advance(Duration.ofDays(4));
      await().until(() -> merchant.deliveries().getInteger("attempts") == 2);
      merchant.simulator().advance(Duration.ofDays(4));
      merchant.simulator().expire(merchant.open().getId());
      await().until(() -> receiver.types().size() == 1);

      assertThat(
              merchant
                  .stripe()
                  .v1()
                  .events()
                  .list(EventListParams.builder().setDeliverySuccess(false).build())
                  .getData())
          .singleElement()
          .extracting(Event::getType)
          .isEqualTo("checkout.session.expired");
    }
  }

  @Test
  void the_clock_is_moved_over_http_and_never_back() throws Exception {
    assertThat(merchant.tell("clock", "{\"advance\":\"P3D\"}").getString("ahead"))
        .isEqualTo("PT72H");
    assertThat(merchant.tell("clock", "{\"advance\":\"P14D\"}").getString("ahead"))
        .isEqualTo("PT408H");
    assertThat(merchant.tell("clock", "{\"advance\":\"PT-1H\"}").getJsonObject("error"))
        .isNotNull();
    assertThat(merchant.tell("clock", "{\"by\":\"P1D\"}").getJsonObject("error").getString("param"))
        .isEqualTo("by");
    assertThat(merchant.simulator().ahead()).isEqualTo(Duration.ofDays(17));
  }

  /** Lets a webhook be refused; the next attempt will be too. */
  private void refuseTwice(WebhookReceiver receiver) throws StripeException {
    merchant.simulator().deliverWebhooksTo(receiver.url());
    merchant.simulator().retryWebhooks(RetrySchedule.DAYS);
    receiver.refuseNext(2);
    merchant.simulator().expire(merchant.open().getId());
    await().until(() -> merchant.deliveries().getInteger("attempts") == 1);
  }

  private void banks(String json) throws IOException, InterruptedException {
    assertThat(merchant.tell("odds", "{\"money\":" + json + "}").containsKey("seed")).isTrue();
  }

  private Instant createdOf(String type) {
    Optional<Long> created =
        merchant.simulator().events().stream()
            .filter(event -> event.getString("type").equals(type))
            .map(event -> event.getLong("created"))
            .findFirst();
    return Instant.ofEpochSecond(created.orElseThrow());
  }
}
