package io.paymentsaga.sandbox.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.exception.ApiException;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Refund;
import com.stripe.model.checkout.Session;
import com.stripe.param.PaymentIntentListParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.RefundListParams;
import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionListParams;
import io.paymentsaga.sandbox.stripe.PaymentAttempt.Outcome;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StripeSimulatorTest {
  private final Merchant merchant = new Merchant();

  @AfterEach
  void close() {
    merchant.close();
  }

  @Test
  void a_session_is_created_as_stripe_creates_it() throws StripeException {
    Session session = merchant.open();

    assertThat(session.getId()).startsWith("cs_test_");
    assertThat(session.getStatus()).isEqualTo("open");
    assertThat(session.getPaymentStatus()).isEqualTo("unpaid");
    assertThat(session.getPaymentIntent()).isNull();
    assertThat(session.getAmountSubtotal()).isEqualTo(2500);
    assertThat(session.getAmountTotal()).isEqualTo(Merchant.TOTAL);
    assertThat(session.getCurrency()).isEqualTo("usd");
    assertThat(session.getMetadata()).containsEntry("payment", "pay_1");
    assertThat(session.getClientReferenceId()).isEqualTo("ord_1");
    assertThat(session.getUrl())
        .isEqualTo(merchant.simulator().baseUrl() + "/pay/" + session.getId());
    assertThat(session.getLastResponse().requestId()).startsWith("req_");
    assertThat(merchant.sessions().retrieve(session.getId()).getId()).isEqualTo(session.getId());
  }

  @Test
  void a_session_that_stripe_would_refuse_is_refused() {
    assertThat(
            Merchant.refusal(
                () ->
                    merchant.create(
                        merchant
                            .request()
                            .setExpiresAt(merchant.in(Duration.ofMinutes(10)))
                            .build())))
        .isEqualTo("expires_at");
    assertThat(
            Merchant.refusal(
                () ->
                    merchant.create(
                        merchant
                            .request()
                            .setExpiresAt(merchant.in(Duration.ofHours(25)))
                            .build())))
        .isEqualTo("expires_at");
    assertThat(
            Merchant.refusal(
                () -> merchant.create(merchant.request().setSuccessUrl("not a url").build())))
        .isEqualTo("success_url");
    assertThat(
            Merchant.refusal(
                () -> merchant.create(merchant.request().setCustomerEmail("nobody").build())))
        .isEqualTo("customer_email");
    assertThat(
            Merchant.refusal(
                () -> merchant.create(merchant.request().putExtraParam("currancy", "usd").build())))
        .isEqualTo("currancy");
    assertThat(
            Merchant.refusal(
                () ->
                    merchant.create(
                        SessionCreateParams.builder()
                            .setMode(SessionCreateParams.Mode.PAYMENT)
                            .build())))
        .isEqualTo("line_items");
  }

  @Test
  void a_wrong_key_is_unauthorized() {
    assertThatThrownBy(() -> merchant.client("sk_test_wrong").v1().balance().retrieve())
        .isInstanceOf(AuthenticationException.class);
  }

  @Test
  void a_card_that_pays_completes_the_session() throws StripeException {
    Session session = merchant.open();

    assertThat(merchant.simulator().pay(session.getId(), TestCard.PAYS).outcome())
        .isEqualTo(Outcome.PAID);

    Session paid = merchant.sessions().retrieve(session.getId());
    assertThat(paid.getStatus()).isEqualTo("complete");
    assertThat(paid.getPaymentStatus()).isEqualTo("paid");
    assertThat(paid.getUrl()).isNull();
    PaymentIntent intent = merchant.intentWithCharge(paid.getPaymentIntent());
    assertThat(intent.getStatus()).isEqualTo("succeeded");
    assertThat(intent.getAmountReceived()).isEqualTo(Merchant.TOTAL);
    assertThat(intent.getMetadata()).containsEntry("payment", "pay_1");
    assertThat(intent.getLatestChargeObject().getReceiptUrl()).contains("/receipts/ch_");
    assertThat(merchant.eventTypes())
        .containsExactly(
            "checkout.session.completed",
            "payment_intent.succeeded",
            "charge.succeeded",
            "payment_intent.created");
    assertThat(merchant.sessionsOf(paid.getPaymentIntent())).containsExactly(session.getId());
    assertThat(merchant.stripe().v1().balance().retrieve().getAvailable().get(0).getAmount())
        .isEqualTo(Merchant.TOTAL);
  }

  @Test
  void a_declined_card_leaves_the_session_open_for_another_card() throws StripeException {
    Session session = merchant.open();

    PaymentAttempt attempt = merchant.simulator().pay(session.getId(), TestCard.INSUFFICIENT_FUNDS);

    assertThat(attempt)
        .isEqualTo(new PaymentAttempt(Outcome.DECLINED, "Your card has insufficient funds."));
    Session declined = merchant.sessions().retrieve(session.getId());
    assertThat(declined.getStatus()).isEqualTo("open");
    PaymentIntent intent =
        merchant.stripe().v1().paymentIntents().retrieve(declined.getPaymentIntent());
    assertThat(intent.getStatus()).isEqualTo("requires_payment_method");
    assertThat(intent.getLastPaymentError().getCode()).isEqualTo("card_declined");
    assertThat(intent.getLastPaymentError().getDeclineCode()).isEqualTo("insufficient_funds");
    assertThat(merchant.eventTypes())
        .containsExactly(
            "payment_intent.payment_failed", "charge.failed", "payment_intent.created");

    assertThat(merchant.simulator().pay(session.getId(), TestCard.PAYS).outcome())
        .isEqualTo(Outcome.PAID);
    assertThat(merchant.sessions().retrieve(session.getId()).getPaymentIntent())
        .isEqualTo(intent.getId());
  }

  @Test
  void a_3d_secure_card_pays_once_the_customer_has_authenticated() throws StripeException {
    Session session = merchant.open();

    assertThat(merchant.simulator().pay(session.getId(), TestCard.THREE_D_SECURE).outcome())
        .isEqualTo(Outcome.CHALLENGED);
    assertThat(merchant.intentOf(session).getStatus()).isEqualTo("requires_action");
    assertThat(merchant.simulator().authenticate(session.getId(), false).outcome())
        .isEqualTo(Outcome.DECLINED);
    assertThat(merchant.simulator().authenticate(session.getId(), true).outcome())
        .isEqualTo(Outcome.REFUSED);

    merchant.simulator().pay(session.getId(), TestCard.THREE_D_SECURE);
    assertThat(merchant.simulator().authenticate(session.getId(), true).outcome())
        .isEqualTo(Outcome.PAID);
    assertThat(merchant.intentOf(session).getStatus()).isEqualTo("succeeded");
  }

  @Test
  void a_bank_debit_is_decided_later() throws StripeException {
    Session paid = merchant.open();
    Session returned = merchant.open();
    merchant.simulator().payByBankDebit(paid.getId());
    merchant.simulator().payByBankDebit(returned.getId());

    Session processing = merchant.sessions().retrieve(paid.getId());
    assertThat(processing.getStatus()).isEqualTo("complete");
    assertThat(processing.getPaymentStatus()).isEqualTo("unpaid");
    assertThat(merchant.intentOf(paid).getStatus()).isEqualTo("processing");
    assertThat(Merchant.refusal(() -> merchant.refund(processing.getPaymentIntent())))
        .isEqualTo("payment_intent");

    merchant.simulator().settle(merchant.intentOf(paid).getId(), true);
    merchant.simulator().settle(merchant.intentOf(returned).getId(), false);

    assertThat(merchant.sessions().retrieve(paid.getId()).getPaymentStatus()).isEqualTo("paid");
    assertThat(merchant.sessions().retrieve(returned.getId()).getPaymentStatus())
        .isEqualTo("unpaid");
    assertThat(merchant.eventTypes())
        .contains(
            "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed");
  }

  @Test
  void only_an_open_session_can_be_expired() throws StripeException {
    Session session = merchant.open();

    assertThat(merchant.sessions().expire(session.getId()).getStatus()).isEqualTo("expired");

    assertThatThrownBy(() -> merchant.sessions().expire(session.getId()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("status of `expired`");
    assertThat(merchant.simulator().pay(session.getId(), TestCard.PAYS).outcome())
        .isEqualTo(Outcome.REFUSED);
  }

  @Test
  void a_session_expires_by_the_clock_and_takes_its_payment_intent_along() throws StripeException {
    Session session = merchant.open();
    merchant.simulator().pay(session.getId(), TestCard.DECLINED);

    merchant.simulator().advance(Duration.ofHours(25));

    assertThat(merchant.sessions().retrieve(session.getId()).getStatus()).isEqualTo("expired");
    assertThat(merchant.intentOf(session).getStatus()).isEqualTo("canceled");
    assertThat(merchant.eventTypes())
        .startsWith("checkout.session.expired", "payment_intent.canceled");
  }

  @Test
  void refunds_never_exceed_what_is_left() throws StripeException {
    String intent = merchant.paid(TestCard.PAYS);

    Refund first =
        merchant
            .stripe()
            .v1()
            .refunds()
            .create(
                RefundCreateParams.builder()
                    .setPaymentIntent(intent)
                    .setAmount(1000L)
                    .setReason(RefundCreateParams.Reason.REQUESTED_BY_CUSTOMER)
                    .putMetadata("refund", "r_1")
                    .build());
    assertThat(first.getStatus()).isEqualTo("succeeded");
    assertThat(first.getMetadata()).containsEntry("refund", "r_1");
    assertThatThrownBy(() -> merchant.refund(intent, 2001))
        .hasMessageContaining("($20.01) is greater than unrefunded amount on charge ($20.00)");

    assertThat(merchant.refund(intent).getAmount()).isEqualTo(2000);
    InvalidRequestException again =
        catchThrowableOfType(InvalidRequestException.class, () -> merchant.refund(intent));
    assertThat(again.getCode()).isEqualTo("charge_already_refunded");
    Charge charge = merchant.intentWithCharge(intent).getLatestChargeObject();
    assertThat(charge.getRefunded()).isTrue();
    assertThat(charge.getAmountRefunded()).isEqualTo(Merchant.TOTAL);
    assertThat(merchant.refundsOf(intent)).hasSize(2);
  }

  @Test
  void a_pending_refund_succeeds_after_a_while_unless_canceled() throws StripeException {
    String intent = merchant.paid(TestCard.REFUND_PENDING);
    Refund kept = merchant.refund(intent, 1000);
    Refund canceled = merchant.refund(intent, 500);
    assertThat(kept.getStatus()).isEqualTo("pending");

    assertThat(merchant.stripe().v1().refunds().cancel(canceled.getId()).getStatus())
        .isEqualTo("canceled");
    merchant.simulator().advance(Duration.ofMinutes(2));

    assertThat(merchant.stripe().v1().refunds().retrieve(kept.getId()).getStatus())
        .isEqualTo("succeeded");
    assertThat(merchant.stripe().v1().refunds().retrieve(canceled.getId()).getStatus())
        .isEqualTo("canceled");
    assertThat(merchant.intentWithCharge(intent).getLatestChargeObject().getAmountRefunded())
        .isEqualTo(1000);
  }

  @Test
  void a_refund_can_fail_after_it_has_succeeded() throws StripeException {
    String intent = merchant.paid(TestCard.REFUND_FAILS);
    Refund refund = merchant.refund(intent);
    assertThat(refund.getStatus()).isEqualTo("succeeded");

    merchant.simulator().advance(Duration.ofMinutes(2));

    assertThat(merchant.stripe().v1().refunds().retrieve(refund.getId()).getStatus())
        .isEqualTo("failed");
    assertThat(merchant.eventTypes()).contains("refund.failed", "refund.updated");
    assertThat(merchant.intentWithCharge(intent).getLatestChargeObject().getRefunded()).isFalse();
  }

  @Test
  void a_disputed_payment_cannot_be_refunded() throws StripeException {
    String intent = merchant.paid(TestCard.DISPUTED_LATER);

    merchant.simulator().advance(Duration.ofMinutes(2));

    InvalidRequestException refused =
        catchThrowableOfType(InvalidRequestException.class, () -> merchant.refund(intent));
    assertThat(refused.getCode()).isEqualTo("charge_disputed");
    assertThat(merchant.eventTypes()).contains("charge.dispute.created");

    String dispute = merchant.stripe().v1().disputes().list().getData().get(0).getId();
    merchant.simulator().closeDispute(dispute, true);
    assertThat(merchant.refund(intent).getAmount()).isEqualTo(Merchant.TOTAL);
  }

  @Test
  void a_customer_pays_on_the_hosted_page_without_scripts() throws Exception {
    Session session = merchant.open();

    assertThat(Merchant.browse("GET", session.getUrl(), "").body())
        .contains("$30.00", "Mug &lt;blue&gt;");
    HttpResponse<String> declined =
        Merchant.browse("POST", session.getUrl(), "number=4000000000000002");
    assertThat(declined.headers().firstValue("Location")).hasValue("/pay/" + session.getId());
    assertThat(Merchant.browse("GET", session.getUrl(), "").body())
        .contains("Your card was declined.");

    HttpResponse<String> challenged =
        Merchant.browse("POST", session.getUrl(), "number=4000+0025+0000+3155");
    assertThat(challenged.headers().firstValue("Location"))
        .hasValue("/pay/" + session.getId() + "/challenge");
    HttpResponse<String> paid =
        Merchant.browse("POST", session.getUrl() + "/challenge", "outcome=complete");
    assertThat(paid.headers().firstValue("Location"))
        .hasValue("https://shop.example/ok?session=" + session.getId());
    assertThat(Merchant.browse("GET", session.getUrl(), "").body())
        .contains("You are all done here");
  }

  @Test
  void everything_can_be_driven_over_http() throws Exception {
    Session session = merchant.open();
    URI base = merchant.simulator().baseUrl();

    HttpResponse<String> paid =
        Merchant.browse(
            "POST",
            base + "/_sim/sessions/" + session.getId() + "/pay",
            "{\"card\":\"4000000000007726\"}");
    assertThat(new JsonObject(paid.body()).getString("outcome")).isEqualTo("paid");
    String intent = merchant.intentOf(session).getId();
    HttpResponse<String> refunded =
        Merchant.browse(
            "POST", base + "/_sim/payment_intents/" + intent + "/refund", "{\"amount\":500}");
    String refund = new JsonObject(refunded.body()).getString("id");
    Merchant.browse("POST", base + "/_sim/refunds/" + refund + "/succeed", "");
    Merchant.browse(
        "POST", base + "/_sim/mischief", "{\"api\":[{\"kind\":\"refuse\",\"status\":503}]}");

    assertThatThrownBy(merchant::open).isInstanceOf(ApiException.class);
    JsonObject state = new JsonObject(Merchant.browse("GET", base + "/_sim/state", "").body());
    assertThat(state.getJsonArray("refunds").getJsonObject(0).getString("status"))
        .isEqualTo("succeeded");
    assertThat(Merchant.browse("POST", base + "/_sim/sessions/cs_none/pay", "").statusCode())
        .isEqualTo(404);
    assertThat(Merchant.browse("GET", base + "/", "").body()).contains("Stripe simulator");
  }

  @Test
  void somebody_refunds_in_the_dashboard() throws StripeException {
    String intent = merchant.paid(TestCard.PAYS);

    String refund = merchant.simulator().refund(intent, OptionalLong.of(700));

    assertThat(merchant.refundsOf(intent)).containsExactly(refund);
    assertThat(merchant.eventTypes()).startsWith("charge.refunded", "refund.created");
  }

  @Test
  void concurrent_refunds_never_exceed_what_was_charged() throws Exception {
    String intent = merchant.paid(TestCard.PAYS);

    long made =
        IntStream.range(0, 12)
            .parallel()
            .filter(
                turn -> {
                  try {
                    return merchant.refund(intent, 700).getAmount() == 700;
                  } catch (StripeException refused) {
                    return false;
                  }
                })
            .count();

    assertThat(made).isEqualTo(4);
    assertThat(merchant.intentWithCharge(intent).getLatestChargeObject().getAmountRefunded())
        .isEqualTo(2800);
  }

  @Test
  void a_dispute_is_updated_and_closed_by_the_levers() throws Exception {
    String dispute = merchant.simulator().dispute(merchant.paid(TestCard.PAYS));

    merchant.tell("disputes/" + dispute + "/update", "");
    assertThat(merchant.stripe().v1().disputes().retrieve(dispute).getStatus())
        .isEqualTo("under_review");
    merchant.tell("disputes/" + dispute + "/lose", "");

    assertThat(merchant.stripe().v1().disputes().retrieve(dispute).getStatus()).isEqualTo("lost");
    assertThat(merchant.eventTypes())
        .startsWith(
            "charge.dispute.closed",
            "charge.dispute.updated",
            "charge.dispute.funds_withdrawn",
            "charge.dispute.created");
    assertThat(merchant.tell("disputes/" + dispute + "/update", "").getJsonObject("error"))
        .isNotNull();
  }

  @Test
  void lists_page_from_newest_to_oldest_since_a_time() throws StripeException {
    long old = merchant.simulator().now().getEpochSecond();
    merchant.paid(TestCard.PAYS);
    merchant.simulator().advance(Duration.ofDays(1));
    long since = merchant.simulator().now().getEpochSecond();
    merchant.refund(merchant.paid(TestCard.PAYS));
    merchant.paid(TestCard.PAYS);

    assertThat(sessionsSince(since, 1)).hasSize(2);
    assertThat(sessionsSince(old, 2)).hasSize(3).doesNotHaveDuplicates();
    assertThat(intentsSince(since)).hasSize(2);
    assertThat(
            merchant
                .stripe()
                .v1()
                .refunds()
                .list(
                    RefundListParams.builder()
                        .setCreated(RefundListParams.Created.builder().setGte(since).build())
                        .build())
                .getData())
        .hasSize(1);
  }

  private List<String> sessionsSince(long time, long pageSize) throws StripeException {
    List<String> ids = new ArrayList<>();
    merchant
        .sessions()
        .list(
            SessionListParams.builder()
                .setCreated(SessionListParams.Created.builder().setGte(time).build())
                .setLimit(pageSize)
                .build())
        .autoPagingIterable()
        .forEach(session -> ids.add(session.getId()));
    return ids;
  }

  private List<PaymentIntent> intentsSince(long time) throws StripeException {
    return merchant
        .stripe()
        .v1()
        .paymentIntents()
        .list(
            PaymentIntentListParams.builder()
                .setCreated(PaymentIntentListParams.Created.builder().setGte(time).build())
                .build())
        .getData();
  }
}
