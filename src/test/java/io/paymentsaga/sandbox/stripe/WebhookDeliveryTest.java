package io.paymentsaga.sandbox.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.stripe.exception.StripeException;
import com.stripe.model.Event;
import com.stripe.model.WebhookEndpoint;
import com.stripe.model.checkout.Session;
import com.stripe.param.EventListParams;
import com.stripe.param.WebhookEndpointCreateParams;
import com.stripe.param.WebhookEndpointCreateParams.EnabledEvent;
import com.stripe.service.WebhookEndpointService;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhookDeliveryTest {
  private final Merchant merchant = new Merchant();

  @AfterEach
  void close() {
    merchant.close();
  }

  @Test
  void webhooks_carry_a_signature_that_the_sdk_accepts() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver(Merchant.WEBHOOK_SECRET)) {
      merchant.simulator().deliverWebhooksTo(receiver.url());
      Session session = merchant.open();
      merchant.simulator().pay(session.getId(), TestCard.PAYS);

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
    try (WebhookReceiver receiver = new WebhookReceiver(Merchant.WEBHOOK_SECRET)) {
      merchant.simulator().deliverWebhooksTo(receiver.url());
      receiver.refuseNext(2);

      merchant.sessions().expire(merchant.open().getId());

      await().until(() -> receiver.types().equals(List.of("checkout.session.expired")));
      await()
          .untilAsserted(
              () -> assertThat(merchant.deliveries().getInteger("attempts")).isEqualTo(3));
      assertThat(merchant.deliveries().getBoolean("accepted")).isTrue();
    }
  }

  @Test
  void webhooks_are_lost_copied_and_reversed_as_told() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver(Merchant.WEBHOOK_SECRET)) {
      merchant.simulator().deliverWebhooksTo(receiver.url());

      merchant.simulator().mischief().onWebhooks(WebhookFaults.NONE.losing().onTypes(".*created"));
      merchant.simulator().pay(merchant.open().getId(), TestCard.DECLINED);
      await().until(() -> receiver.types().contains("payment_intent.payment_failed"));
      assertThat(receiver.types()).doesNotContain("payment_intent.created");

      receiver.forget();
      merchant.simulator().mischief().onWebhooks(WebhookFaults.NONE.reversing());
      merchant.simulator().pay(merchant.open().getId(), TestCard.PAYS);
      await().until(() -> receiver.types().size() == 4);
      assertThat(receiver.types())
          .startsWith("checkout.session.completed")
          .endsWith("payment_intent.created");

      receiver.forget();
      merchant.simulator().mischief().onWebhooks(WebhookFaults.NONE.copying(2));
      merchant.simulator().expire(merchant.open().getId());
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
    try (WebhookReceiver receiver = new WebhookReceiver(Merchant.WEBHOOK_SECRET)) {
      merchant.simulator().deliverWebhooksTo(receiver.url());
      merchant.simulator().mischief().onWebhooks(WebhookFaults.NONE.speaking("2020-08-27"));

      merchant.simulator().expire(merchant.open().getId());

      await().until(() -> !receiver.types().isEmpty());
      Event event = receiver.event("checkout.session.expired");
      assertThat(event.getApiVersion()).isEqualTo("2020-08-27");
      assertThat(event.getDataObjectDeserializer().getObject()).isEmpty();
    }
  }

  @Test
  void events_are_listed_by_type_and_page() throws StripeException {
    merchant.paid(TestCard.PAYS);
    merchant.paid(TestCard.PAYS);

    EventListParams params =
        EventListParams.builder()
            .addType("payment_intent.succeeded")
            .addType("charge.succeeded")
            .setCreated(EventListParams.Created.builder().setGte(0L).build())
            .setLimit(1L)
            .build();

    assertThat(merchant.stripe().v1().events().list(params).autoPagingIterable())
        .extracting(Event::getType)
        .containsExactly(
            "payment_intent.succeeded",
            "charge.succeeded",
            "payment_intent.succeeded",
            "charge.succeeded");
  }

  @Test
  void each_endpoint_gets_the_events_it_wants_signed_with_its_own_secret() throws Exception {
    try (WebhookReceiver first = new WebhookReceiver(Merchant.WEBHOOK_SECRET);
        WebhookReceiver second = new WebhookReceiver("whsec_second")) {
      merchant.simulator().deliverWebhooksTo(first.url());
      merchant.tell(
          "webhook_endpoints",
          """
          {"url":"%s","secret":"whsec_second","types":["checkout.session.expired"],
           "apiVersion":"2020-08-27"}\
          """
              .formatted(second.url()));

      Session declined = merchant.open();
      merchant.simulator().pay(declined.getId(), TestCard.DECLINED);
      merchant.simulator().expire(declined.getId());

      await().until(() -> first.types().size() == 5);
      await().until(() -> second.types().equals(List.of("checkout.session.expired")));
      assertThat(second.event("checkout.session.expired").getApiVersion()).isEqualTo("2020-08-27");
    }
  }

  @Test
  void endpoints_are_made_by_the_api_and_tell_their_secret_once() throws StripeException {
    WebhookEndpoint created =
        endpoints()
            .create(
                WebhookEndpointCreateParams.builder()
                    .setUrl("https://shop.example/hooks")
                    .addEnabledEvent(EnabledEvent.CHECKOUT__SESSION__EXPIRED)
                    .build());

    assertThat(created.getSecret()).startsWith("whsec_");
    assertThat(endpoints().retrieve(created.getId()).getSecret()).isNull();
    assertThat(endpoints().list().getData()).hasSize(1);
    endpoints().delete(created.getId());
    assertThat(endpoints().list().getData()).isEmpty();
  }

  @Test
  void a_rolled_secret_is_good_for_a_day_more() throws Exception {
    try (WebhookReceiver old = new WebhookReceiver(Merchant.WEBHOOK_SECRET)) {
      merchant.simulator().deliverWebhooksTo(old.url());
      merchant.tell("webhook_endpoints/we_first/roll", "{\"secret\":\"whsec_new\"}");

      merchant.simulator().expire(merchant.open().getId());
      await().until(() -> old.types().size() == 1);

      try (WebhookReceiver renewed = new WebhookReceiver("whsec_new")) {
        merchant.simulator().advance(Duration.ofHours(25));
        merchant.simulator().expire(merchant.open().getId());
        await().until(() -> merchant.deliveries().getInteger("attempts") > 0);
        assertThat(merchant.deliveries().getBoolean("accepted")).isFalse();
        merchant.simulator().deliverWebhooksTo(renewed.url());
        await().until(() -> renewed.types().size() == 1);
      }
    }
  }

  @Test
  void events_that_an_endpoint_lacks_are_listed_as_undelivered() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver(Merchant.WEBHOOK_SECRET)) {
      merchant.simulator().deliverWebhooksTo(receiver.url());
      merchant.simulator().mischief().onWebhooks(WebhookFaults.NONE.losing().onTypes("charge.*"));
      merchant.paid(TestCard.PAYS);
      await().until(() -> receiver.types().size() == 3);

      await().until(() -> types(delivered(false)).equals(List.of("charge.succeeded")));
      assertThat(types(delivered(true)))
          .containsExactly(
              "checkout.session.completed", "payment_intent.succeeded", "payment_intent.created");

      merchant.simulator().resend(delivered(false).get(0).getId());
      await().until(() -> delivered(false).isEmpty());
      assertThat(delivered(true)).extracting(Event::getPendingWebhooks).containsOnly(0L);
    }
  }

  @Test
  void one_change_can_make_two_events() throws Exception {
    merchant.tell("mischief", "{\"webhooks\":{\"types\":\"refund.*\",\"doubled\":true}}");
    String intent = merchant.paid(TestCard.PAYS);

    merchant.refund(intent, 500);

    List<JsonObject> refunds =
        merchant.simulator().events().stream()
            .filter(event -> event.getString("type").equals("refund.created"))
            .toList();
    assertThat(refunds).hasSize(2);
    assertThat(refunds).extracting(event -> event.getString("id")).doesNotHaveDuplicates();
    assertThat(refunds.get(0).getJsonObject("data"))
        .isEqualTo(refunds.get(1).getJsonObject("data"));
    assertThat(merchant.refundsOf(intent)).hasSize(1);
  }

  private WebhookEndpointService endpoints() {
    return merchant.stripe().v1().webhookEndpoints();
  }

  private List<Event> delivered(boolean success) throws StripeException {
    return merchant
        .stripe()
        .v1()
        .events()
        .list(EventListParams.builder().setDeliverySuccess(success).build())
        .getData();
  }

  private static List<String> types(List<Event> events) {
    return events.stream().map(Event::getType).toList();
  }
}
