package io.paymentsaga.sandbox.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.model.Event;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Refund;
import com.stripe.model.checkout.Session;
import com.stripe.net.RequestOptions;
import com.stripe.param.EventListParams;
import com.stripe.param.PaymentIntentRetrieveParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.RefundListParams;
import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionListParams;
import com.stripe.service.checkout.SessionService;
import io.paymentsaga.sandbox.stripe.PaymentAttempt.Outcome;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StripeSimulatorTest {
  private static final String KEY = "sk_test_of_the_test";
  private static final String SECRET = "whsec_of_the_test";
  private static final long TOTAL = 3000;

  private final SettableClock clock = new SettableClock();
  private final StripeSimulator simulator =
      StripeSimulator.start(
          StripeSimulatorSettings.onLoopback(KEY, SECRET)
              .withClock(clock)
              .withAftermath(Duration.ofMinutes(1)));
  private final StripeClient stripe = client(KEY);

  @AfterEach
  void close() {
    simulator.close();
  }

  @Test
  void a_session_is_created_as_stripe_creates_it() throws StripeException {
    Session session = open();

    assertThat(session.getId()).startsWith("cs_test_");
    assertThat(session.getStatus()).isEqualTo("open");
    assertThat(session.getPaymentStatus()).isEqualTo("unpaid");
    assertThat(session.getPaymentIntent()).isNull();
    assertThat(session.getAmountSubtotal()).isEqualTo(2500);
    assertThat(session.getAmountTotal()).isEqualTo(TOTAL);
    assertThat(session.getCurrency()).isEqualTo("usd");
    assertThat(session.getMetadata()).containsEntry("payment", "pay_1");
    assertThat(session.getClientReferenceId()).isEqualTo("ord_1");
    assertThat(session.getUrl()).isEqualTo(simulator.baseUrl() + "/pay/" + session.getId());
    assertThat(session.getLastResponse().requestId()).startsWith("req_");
    assertThat(sessions().retrieve(session.getId()).getId()).isEqualTo(session.getId());
  }

  @Test
  void a_session_that_stripe_would_refuse_is_refused() {
    assertThat(refusal(() -> create(request().setExpiresAt(in(Duration.ofMinutes(10))).build())))
        .isEqualTo("expires_at");
    assertThat(refusal(() -> create(request().setExpiresAt(in(Duration.ofHours(25))).build())))
        .isEqualTo("expires_at");
    assertThat(refusal(() -> create(request().setSuccessUrl("not a url").build())))
        .isEqualTo("success_url");
    assertThat(refusal(() -> create(request().setCustomerEmail("nobody").build())))
        .isEqualTo("customer_email");
    assertThat(refusal(() -> create(request().putExtraParam("currancy", "usd").build())))
        .isEqualTo("currancy");
    assertThat(refusal(() -> create(SessionCreateParams.builder().setMode(payment()).build())))
        .isEqualTo("line_items");
  }

  @Test
  void a_wrong_key_is_unauthorized() {
    assertThatThrownBy(() -> client("sk_test_wrong").v1().balance().retrieve())
        .isInstanceOf(AuthenticationException.class);
  }

  @Test
  void a_card_that_pays_completes_the_session() throws StripeException {
    Session session = open();

    assertThat(simulator.pay(session.getId(), TestCard.PAYS).outcome()).isEqualTo(Outcome.PAID);

    Session paid = sessions().retrieve(session.getId());
    assertThat(paid.getStatus()).isEqualTo("complete");
    assertThat(paid.getPaymentStatus()).isEqualTo("paid");
    assertThat(paid.getUrl()).isNull();
    PaymentIntent intent = intentWithCharge(paid.getPaymentIntent());
    assertThat(intent.getStatus()).isEqualTo("succeeded");
    assertThat(intent.getAmountReceived()).isEqualTo(TOTAL);
    assertThat(intent.getMetadata()).containsEntry("payment", "pay_1");
    assertThat(intent.getLatestChargeObject().getReceiptUrl()).contains("/receipts/ch_");
    assertThat(eventTypes())
        .containsExactly(
            "checkout.session.completed",
            "payment_intent.succeeded",
            "charge.succeeded",
            "payment_intent.created");
    assertThat(sessionsOf(paid.getPaymentIntent())).containsExactly(session.getId());
    assertThat(stripe.v1().balance().retrieve().getAvailable().get(0).getAmount()).isEqualTo(TOTAL);
  }

  @Test
  void a_declined_card_leaves_the_session_open_for_another_card() throws StripeException {
    Session session = open();

    PaymentAttempt attempt = simulator.pay(session.getId(), TestCard.INSUFFICIENT_FUNDS);

    assertThat(attempt)
        .isEqualTo(new PaymentAttempt(Outcome.DECLINED, "Your card has insufficient funds."));
    Session declined = sessions().retrieve(session.getId());
    assertThat(declined.getStatus()).isEqualTo("open");
    PaymentIntent intent = stripe.v1().paymentIntents().retrieve(declined.getPaymentIntent());
    assertThat(intent.getStatus()).isEqualTo("requires_payment_method");
    assertThat(intent.getLastPaymentError().getCode()).isEqualTo("card_declined");
    assertThat(intent.getLastPaymentError().getDeclineCode()).isEqualTo("insufficient_funds");
    assertThat(eventTypes())
        .containsExactly(
            "payment_intent.payment_failed", "charge.failed", "payment_intent.created");

    assertThat(simulator.pay(session.getId(), TestCard.PAYS).outcome()).isEqualTo(Outcome.PAID);
    assertThat(sessions().retrieve(session.getId()).getPaymentIntent()).isEqualTo(intent.getId());
  }

  @Test
  void a_3d_secure_card_pays_once_the_customer_has_authenticated() throws StripeException {
    Session session = open();

    assertThat(simulator.pay(session.getId(), TestCard.THREE_D_SECURE).outcome())
        .isEqualTo(Outcome.CHALLENGED);
    assertThat(intentOf(session).getStatus()).isEqualTo("requires_action");
    assertThat(simulator.authenticate(session.getId(), false).outcome())
        .isEqualTo(Outcome.DECLINED);
    assertThat(simulator.authenticate(session.getId(), true).outcome()).isEqualTo(Outcome.REFUSED);

    simulator.pay(session.getId(), TestCard.THREE_D_SECURE);
    assertThat(simulator.authenticate(session.getId(), true).outcome()).isEqualTo(Outcome.PAID);
    assertThat(intentOf(session).getStatus()).isEqualTo("succeeded");
  }

  @Test
  void a_bank_debit_is_decided_later() throws StripeException {
    Session paid = open();
    Session returned = open();
    simulator.payByBankDebit(paid.getId());
    simulator.payByBankDebit(returned.getId());

    Session processing = sessions().retrieve(paid.getId());
    assertThat(processing.getStatus()).isEqualTo("complete");
    assertThat(processing.getPaymentStatus()).isEqualTo("unpaid");
    assertThat(intentOf(paid).getStatus()).isEqualTo("processing");
    assertThat(refusal(() -> refund(processing.getPaymentIntent()))).isEqualTo("payment_intent");

    simulator.settle(intentOf(paid).getId(), true);
    simulator.settle(intentOf(returned).getId(), false);

    assertThat(sessions().retrieve(paid.getId()).getPaymentStatus()).isEqualTo("paid");
    assertThat(sessions().retrieve(returned.getId()).getPaymentStatus()).isEqualTo("unpaid");
    assertThat(eventTypes())
        .contains(
            "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed");
  }

  @Test
  void only_an_open_session_can_be_expired() throws StripeException {
    Session session = open();

    assertThat(sessions().expire(session.getId()).getStatus()).isEqualTo("expired");

    assertThatThrownBy(() -> sessions().expire(session.getId()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("status of `expired`");
    assertThat(simulator.pay(session.getId(), TestCard.PAYS).outcome()).isEqualTo(Outcome.REFUSED);
  }

  @Test
  void a_session_expires_by_the_clock_and_takes_its_payment_intent_along() throws StripeException {
    Session session = open();
    simulator.pay(session.getId(), TestCard.DECLINED);

    clock.advance(Duration.ofHours(25));

    assertThat(sessions().retrieve(session.getId()).getStatus()).isEqualTo("expired");
    assertThat(intentOf(session).getStatus()).isEqualTo("canceled");
    assertThat(eventTypes()).startsWith("checkout.session.expired", "payment_intent.canceled");
  }

  @Test
  void refunds_never_exceed_what_is_left() throws StripeException {
    String intent = paid(TestCard.PAYS);

    Refund first =
        stripe
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
    assertThatThrownBy(() -> refund(intent, 2001))
        .hasMessageContaining("($20.01) is greater than unrefunded amount on charge ($20.00)");

    assertThat(refund(intent).getAmount()).isEqualTo(2000);
    InvalidRequestException again =
        catchThrowableOfType(InvalidRequestException.class, () -> refund(intent));
    assertThat(again.getCode()).isEqualTo("charge_already_refunded");
    Charge charge = intentWithCharge(intent).getLatestChargeObject();
    assertThat(charge.getRefunded()).isTrue();
    assertThat(charge.getAmountRefunded()).isEqualTo(TOTAL);
    assertThat(refundsOf(intent)).hasSize(2);
  }

  @Test
  void a_pending_refund_succeeds_after_a_while_unless_canceled() throws StripeException {
    String intent = paid(TestCard.REFUND_PENDING);
    Refund kept = refund(intent, 1000);
    Refund canceled = refund(intent, 500);
    assertThat(kept.getStatus()).isEqualTo("pending");

    assertThat(stripe.v1().refunds().cancel(canceled.getId()).getStatus()).isEqualTo("canceled");
    clock.advance(Duration.ofMinutes(2));

    assertThat(stripe.v1().refunds().retrieve(kept.getId()).getStatus()).isEqualTo("succeeded");
    assertThat(stripe.v1().refunds().retrieve(canceled.getId()).getStatus()).isEqualTo("canceled");
    assertThat(intentWithCharge(intent).getLatestChargeObject().getAmountRefunded())
        .isEqualTo(1000);
  }

  @Test
  void a_refund_can_fail_after_it_has_succeeded() throws StripeException {
    String intent = paid(TestCard.REFUND_FAILS);
    Refund refund = refund(intent);
    assertThat(refund.getStatus()).isEqualTo("succeeded");

    clock.advance(Duration.ofMinutes(2));

    assertThat(stripe.v1().refunds().retrieve(refund.getId()).getStatus()).isEqualTo("failed");
    assertThat(eventTypes()).contains("refund.failed", "refund.updated");
    assertThat(intentWithCharge(intent).getLatestChargeObject().getRefunded()).isFalse();
  }

  @Test
  void a_disputed_payment_cannot_be_refunded() throws StripeException {
    String intent = paid(TestCard.DISPUTED_LATER);

    clock.advance(Duration.ofMinutes(2));

    InvalidRequestException refused =
        catchThrowableOfType(InvalidRequestException.class, () -> refund(intent));
    assertThat(refused.getCode()).isEqualTo("charge_disputed");
    assertThat(eventTypes()).contains("charge.dispute.created");

    String dispute = stripe.v1().disputes().list().getData().get(0).getId();
    simulator.closeDispute(dispute, true);
    assertThat(refund(intent).getAmount()).isEqualTo(TOTAL);
  }

  @Test
  void an_idempotency_key_replays_the_first_answer() throws StripeException {
    Session first = create(request().build(), key("k1"));
    Session second = create(request().build(), key("k1"));

    assertThat(second.getId()).isEqualTo(first.getId());
    assertThat(second.getLastResponse().headers().firstValue("Idempotent-Replayed"))
        .hasValue("true");
    assertThat(simulator.sessions()).hasSize(1);
    assertThatThrownBy(() -> create(request().setClientReferenceId("ord_2").build(), key("k1")))
        .isInstanceOf(IdempotencyException.class);

    clock.advance(Duration.ofHours(25));
    assertThat(create(request().build(), key("k1")).getId()).isNotEqualTo(first.getId());
  }

  @Test
  void a_key_in_use_is_a_conflict() {
    simulator
        .mischief()
        .inject(ApiFault.delayAnswer(Duration.ofSeconds(1)).onCalls("POST .*").times(1));
    CompletableFuture<Session> first =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return create(request().build(), key("k1"));
              } catch (StripeException failure) {
                throw new CompletionException(failure);
              }
            });
    await().until(() -> !simulator.sessions().isEmpty());

    ApiException conflict =
        catchThrowableOfType(ApiException.class, () -> create(request().build(), key("k1")));

    assertThat(conflict.getStatusCode()).isEqualTo(409);
    assertThat(conflict.getCode()).isEqualTo("idempotency_key_in_use");
    assertThat(first.join().getId()).startsWith("cs_test_");
  }

  @Test
  void a_lost_reply_is_found_again_under_the_same_key() throws StripeException {
    simulator.mischief().inject(ApiFault.closeAfterActing().onCalls("POST /v1/refunds").times(1));
    String intent = paid(TestCard.PAYS);
    RefundCreateParams refund = RefundCreateParams.builder().setPaymentIntent(intent).build();

    assertThatThrownBy(() -> stripe.v1().refunds().create(refund, key("refund-1")))
        .isInstanceOf(ApiConnectionException.class);

    assertThat(stripe.v1().refunds().create(refund, key("refund-1")).getAmount()).isEqualTo(TOTAL);
    assertThat(refundsOf(intent)).hasSize(1);
  }

  @Test
  void api_calls_fail_as_they_are_told_to() throws StripeException {
    simulator.mischief().inject(ApiFault.rateLimited(Duration.ofSeconds(3)).times(1));
    assertThatThrownBy(this::open).isInstanceOf(RateLimitException.class);

    simulator.mischief().inject(ApiFault.closeBeforeActing().times(1));
    assertThatThrownBy(this::open).isInstanceOf(ApiConnectionException.class);

    simulator.mischief().inject(ApiFault.failAfterActing(500).times(1));
    assertThatThrownBy(() -> create(request().build(), key("k1"))).isInstanceOf(ApiException.class);
    assertThat(simulator.sessions()).hasSize(1);
    assertThatThrownBy(() -> create(request().build(), key("k1"))).isInstanceOf(ApiException.class);

    simulator.mischief().inject(ApiFault.failAfterActing(502).notRemembered().times(1));
    assertThatThrownBy(() -> create(request().build(), key("k2"))).isInstanceOf(ApiException.class);
    Session found = create(request().build(), key("k2"));
    assertThat(simulator.sessions()).hasSize(2);
    assertThat(simulator.find(found.getId())).isPresent();
    assertThat(simulator.apiCalls())
        .extracting(ApiCall::status)
        .containsExactly(429, 0, 500, 500, 502, 200);
  }

  @Test
  void an_unreachable_stripe_comes_back_with_its_state() throws StripeException {
    Session session = open();

    simulator.stop();
    assertThatThrownBy(this::open).isInstanceOf(ApiConnectionException.class);

    simulator.restart();
    assertThat(sessions().retrieve(session.getId()).getStatus()).isEqualTo("open");
  }

  @Test
  void webhooks_carry_a_signature_that_the_sdk_accepts() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver(SECRET)) {
      simulator.deliverWebhooksTo(receiver.url());
      Session session = open();
      simulator.pay(session.getId(), TestCard.PAYS);

      await().until(() -> receiver.types().contains("checkout.session.completed"));
      Event completed = receiver.event("checkout.session.completed");
      Session inEvent = (Session) completed.getDataObjectDeserializer().getObject().orElseThrow();
      assertThat(inEvent.getId()).isEqualTo(session.getId());
      assertThat(inEvent.getPaymentStatus()).isEqualTo("paid");
      assertThat(inEvent.getMetadata()).containsEntry("payment", "pay_1");
    }
  }

  @Test
  void webhooks_are_sent_again_until_they_are_accepted() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver(SECRET)) {
      simulator.deliverWebhooksTo(receiver.url());
      receiver.refuseNext(2);

      sessions().expire(open().getId());

      await().until(() -> receiver.types().equals(List.of("checkout.session.expired")));
      await().untilAsserted(() -> assertThat(deliveries().getInteger("attempts")).isEqualTo(3));
      assertThat(deliveries().getBoolean("accepted")).isTrue();
    }
  }

  @Test
  void webhooks_are_lost_copied_and_reversed_as_told() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver(SECRET)) {
      simulator.deliverWebhooksTo(receiver.url());

      simulator.mischief().onWebhooks(WebhookFaults.NONE.losing().onTypes(".*created"));
      simulator.pay(open().getId(), TestCard.DECLINED);
      await().until(() -> receiver.types().contains("payment_intent.payment_failed"));
      assertThat(receiver.types()).doesNotContain("payment_intent.created");

      receiver.forget();
      simulator.mischief().onWebhooks(WebhookFaults.NONE.reversing());
      simulator.pay(open().getId(), TestCard.PAYS);
      await().until(() -> receiver.types().size() == 4);
      assertThat(receiver.types())
          .startsWith("checkout.session.completed")
          .endsWith("payment_intent.created");

      receiver.forget();
      simulator.mischief().onWebhooks(WebhookFaults.NONE.copying(2));
      simulator.expire(open().getId());
      await()
          .until(
              () ->
                  receiver
                      .types()
                      .equals(List.of("checkout.session.expired", "checkout.session.expired")));
    }
  }

  @Test
  void webhooks_can_speak_another_api_version() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver(SECRET)) {
      simulator.deliverWebhooksTo(receiver.url());
      simulator.mischief().onWebhooks(WebhookFaults.NONE.speaking("2020-08-27"));

      simulator.expire(open().getId());

      await().until(() -> !receiver.types().isEmpty());
      Event event = receiver.event("checkout.session.expired");
      assertThat(event.getApiVersion()).isEqualTo("2020-08-27");
      assertThat(event.getDataObjectDeserializer().getObject()).isEmpty();
    }
  }

  @Test
  void events_are_listed_by_type_and_page() throws StripeException {
    paid(TestCard.PAYS);
    paid(TestCard.PAYS);

    EventListParams params =
        EventListParams.builder()
            .addType("payment_intent.succeeded")
            .addType("charge.succeeded")
            .setCreated(EventListParams.Created.builder().setGte(0L).build())
            .setLimit(1L)
            .build();

    assertThat(stripe.v1().events().list(params).autoPagingIterable())
        .extracting(Event::getType)
        .containsExactly(
            "payment_intent.succeeded",
            "charge.succeeded",
            "payment_intent.succeeded",
            "charge.succeeded");
  }

  @Test
  void a_customer_pays_on_the_hosted_page_without_scripts() throws Exception {
    Session session = open();

    assertThat(browse("GET", session.getUrl(), "").body()).contains("$30.00", "Mug &lt;blue&gt;");
    HttpResponse<String> declined = browse("POST", session.getUrl(), "number=4000000000000002");
    assertThat(declined.headers().firstValue("Location")).hasValue("/pay/" + session.getId());
    assertThat(browse("GET", session.getUrl(), "").body()).contains("Your card was declined.");

    HttpResponse<String> challenged =
        browse("POST", session.getUrl(), "number=4000+0025+0000+3155");
    assertThat(challenged.headers().firstValue("Location"))
        .hasValue("/pay/" + session.getId() + "/challenge");
    HttpResponse<String> paid = browse("POST", session.getUrl() + "/challenge", "outcome=complete");
    assertThat(paid.headers().firstValue("Location"))
        .hasValue("https://shop.example/ok?session=" + session.getId());
    assertThat(browse("GET", session.getUrl(), "").body()).contains("You are all done here");
  }

  @Test
  void everything_can_be_driven_over_http() throws Exception {
    Session session = open();
    URI base = simulator.baseUrl();

    HttpResponse<String> paid =
        browse(
            "POST",
            base + "/_sim/sessions/" + session.getId() + "/pay",
            "{\"card\":\"4000000000007726\"}");
    assertThat(new JsonObject(paid.body()).getString("outcome")).isEqualTo("paid");
    String intent = intentOf(session).getId();
    HttpResponse<String> refunded =
        browse("POST", base + "/_sim/payment_intents/" + intent + "/refund", "{\"amount\":500}");
    String refund = new JsonObject(refunded.body()).getString("id");
    browse("POST", base + "/_sim/refunds/" + refund + "/succeed", "");
    browse("POST", base + "/_sim/mischief", "{\"api\":[{\"kind\":\"refuse\",\"status\":503}]}");

    assertThatThrownBy(this::open).isInstanceOf(ApiException.class);
    JsonObject state = new JsonObject(browse("GET", base + "/_sim/state", "").body());
    assertThat(state.getJsonArray("refunds").getJsonObject(0).getString("status"))
        .isEqualTo("succeeded");
    assertThat(browse("POST", base + "/_sim/sessions/cs_none/pay", "").statusCode()).isEqualTo(404);
    assertThat(browse("GET", base + "/", "").body()).contains("Stripe simulator");
  }

  @Test
  void somebody_refunds_in_the_dashboard() throws StripeException {
    String intent = paid(TestCard.PAYS);

    String refund = simulator.refund(intent, OptionalLong.of(700));

    assertThat(refundsOf(intent)).containsExactly(refund);
    assertThat(eventTypes()).startsWith("charge.refunded", "refund.created");
  }

  private Session open() throws StripeException {
    return create(request().build());
  }

  private SessionCreateParams.Builder request() {
    return SessionCreateParams.builder()
        .setMode(payment())
        .setClientReferenceId("ord_1")
        .setCustomerEmail("ada@example.com")
        .setSuccessUrl("https://shop.example/ok?session={CHECKOUT_SESSION_ID}")
        .setCancelUrl("https://shop.example/no")
        .setExpiresAt(in(Duration.ofMinutes(35)))
        .putMetadata("payment", "pay_1")
        .setPaymentIntentData(
            SessionCreateParams.PaymentIntentData.builder().putMetadata("payment", "pay_1").build())
        .addLineItem(
            SessionCreateParams.LineItem.builder()
                .setQuantity(2L)
                .setPriceData(
                    SessionCreateParams.LineItem.PriceData.builder()
                        .setCurrency("usd")
                        .setUnitAmount(1250L)
                        .setProductData(
                            SessionCreateParams.LineItem.PriceData.ProductData.builder()
                                .setName("Mug <blue>")
                                .build())
                        .build())
                .build())
        .addShippingOption(
            SessionCreateParams.ShippingOption.builder()
                .setShippingRateData(
                    SessionCreateParams.ShippingOption.ShippingRateData.builder()
                        .setDisplayName("Shipping")
                        .setType(
                            SessionCreateParams.ShippingOption.ShippingRateData.Type.FIXED_AMOUNT)
                        .setFixedAmount(
                            SessionCreateParams.ShippingOption.ShippingRateData.FixedAmount
                                .builder()
                                .setAmount(500L)
                                .setCurrency("usd")
                                .build())
                        .build())
                .build());
  }

  private static SessionCreateParams.Mode payment() {
    return SessionCreateParams.Mode.PAYMENT;
  }

  private long in(Duration time) {
    return clock.instant().plus(time).getEpochSecond();
  }

  private Session create(SessionCreateParams params) throws StripeException {
    return sessions().create(params);
  }

  private Session create(SessionCreateParams params, RequestOptions options)
      throws StripeException {
    return sessions().create(params, options);
  }

  private SessionService sessions() {
    return stripe.v1().checkout().sessions();
  }

  private String paid(TestCard card) throws StripeException {
    Session session = open();
    simulator.pay(session.getId(), card);
    return sessions().retrieve(session.getId()).getPaymentIntent();
  }

  private PaymentIntent intentOf(Session session) throws StripeException {
    return stripe
        .v1()
        .paymentIntents()
        .retrieve(sessions().retrieve(session.getId()).getPaymentIntent());
  }

  private PaymentIntent intentWithCharge(String id) throws StripeException {
    return stripe
        .v1()
        .paymentIntents()
        .retrieve(id, PaymentIntentRetrieveParams.builder().addExpand("latest_charge").build());
  }

  private Refund refund(String intent) throws StripeException {
    return stripe
        .v1()
        .refunds()
        .create(RefundCreateParams.builder().setPaymentIntent(intent).build());
  }

  private Refund refund(String intent, long amount) throws StripeException {
    return stripe
        .v1()
        .refunds()
        .create(RefundCreateParams.builder().setPaymentIntent(intent).setAmount(amount).build());
  }

  private List<String> refundsOf(String intent) throws StripeException {
    return stripe
        .v1()
        .refunds()
        .list(RefundListParams.builder().setPaymentIntent(intent).build())
        .getData()
        .stream()
        .map(Refund::getId)
        .toList();
  }

  private List<String> sessionsOf(String intent) throws StripeException {
    return sessions()
        .list(SessionListParams.builder().setPaymentIntent(intent).build())
        .getData()
        .stream()
        .map(Session::getId)
        .toList();
  }

  private List<String> eventTypes() {
    return simulator.events().stream().map(event -> event.getString("type")).toList();
  }

  private JsonObject deliveries() {
    return simulator.state().getJsonArray("events").getJsonObject(0);
  }

  private static String refusal(ThrowingCallable call) {
    return catchThrowableOfType(InvalidRequestException.class, call).getParam();
  }

  private static RequestOptions key(String key) {
    return RequestOptions.builder().setIdempotencyKey(key).build();
  }

  private StripeClient client(String key) {
    return StripeClient.builder()
        .setApiKey(key)
        .setApiBase(simulator.baseUrl().toString())
        .setMaxNetworkRetries(0)
        .build();
  }

  private static HttpResponse<String> browse(String method, String url, String body)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  /** Starts at the true time, so that signatures are fresh, and moves when told. */
  private static final class SettableClock extends Clock {
    private volatile Instant now = Instant.now();

    void advance(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
