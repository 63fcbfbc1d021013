package io.paymentsaga.sandbox.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.stripe.exception.StripeException;
import com.stripe.model.checkout.Session;
import com.stripe.param.RefundCreateParams;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LedgerReportTest {
  private final Merchant merchant = new Merchant();

  @AfterEach
  void close() {
    merchant.close();
  }

  @Test
  void the_ledger_sums_up_the_money_and_names_every_call() throws StripeException {
    merchant.create(merchant.request().build(), Merchant.key("never paid"));
    String intent = merchant.paid(TestCard.PAYS);
    merchant
        .stripe()
        .v1()
        .refunds()
        .create(
            RefundCreateParams.builder().setPaymentIntent(intent).setAmount(700L).build(),
            Merchant.key("refund-1"));
    merchant.simulator().dispute(merchant.paid(TestCard.PAYS));

    JsonObject ledger = merchant.simulator().ledger();

    assertThat(ledger.getJsonObject("totals"))
        .isEqualTo(
            new JsonObject()
                .put(
                    "usd",
                    new JsonObject()
                        .put("captured", 6000L)
                        .put("refunded", 700L)
                        .put("disputed", 3000L)
                        .put("held", 2300L)));
    assertThat(ledger.getJsonArray("sessions")).hasSize(3);
    assertThat(ledger.getJsonArray("paymentIntents")).hasSize(2);
    assertThat(ledger.getJsonArray("charges")).hasSize(2);
    assertThat(ledger.getJsonArray("refunds")).hasSize(1);
    assertThat(ledger.getJsonArray("disputes")).hasSize(1);
    assertThat(objects(ledger, "apiCalls").filter(call -> call.containsKey("idempotencyKey")))
        .extracting(call -> call.getString("path"), call -> call.getString("idempotencyKey"))
        .contains(tuple("/v1/checkout/sessions", "never paid"), tuple("/v1/refunds", "refund-1"));
  }

  @Test
  void a_payment_and_a_refund_can_be_made_behind_everybodys_back() throws Exception {
    Session session = merchant.open();

    merchant.tell("sessions/" + session.getId() + "/pay", "{\"quiet\":true}");
    String intent = merchant.intentOf(session).getId();
    merchant.tell("payment_intents/" + intent + "/refund", "{\"amount\":100,\"quiet\":true}");

    assertThat(merchant.eventTypes()).isEmpty();
    assertThat(merchant.sessions().retrieve(session.getId()).getPaymentStatus()).isEqualTo("paid");
    assertThat(merchant.refundsOf(intent)).hasSize(1);

    merchant.simulator().refund(intent, OptionalLong.of(100));
    assertThat(merchant.eventTypes()).containsExactly("charge.refunded", "refund.created");
  }

  @Test
  void the_customer_can_be_charged_something_else_than_was_asked_for() throws Exception {
    Session less = merchant.open();
    Session other = merchant.open();

    merchant.tell("sessions/" + less.getId() + "/amend", "{\"amount\":2999}");
    merchant.simulator().amend(other.getId(), OptionalLong.empty(), Optional.of("eur"));
    merchant.simulator().pay(less.getId(), TestCard.PAYS);
    merchant.simulator().pay(other.getId(), TestCard.PAYS);

    assertThat(merchant.intentOf(less).getAmountReceived()).isEqualTo(2999);
    assertThat(merchant.sessions().retrieve(less.getId()).getAmountTotal()).isEqualTo(2999);
    assertThat(merchant.intentOf(other).getCurrency()).isEqualTo("eur");
    assertThat(merchant.simulator().ledger().getJsonObject("totals").fieldNames())
        .isEqualTo(Set.of("usd", "eur"));
  }

  @Test
  void stripes_books_can_come_to_contradict_what_was_told() throws StripeException {
    Session session = merchant.open();
    merchant.simulator().pay(session.getId(), TestCard.PAYS);
    List<String> told = merchant.eventTypes();

    merchant.simulator().amend(session.getId(), OptionalLong.of(1), Optional.empty());

    assertThat(merchant.eventTypes()).isEqualTo(told);
    assertThat(merchant.intentOf(session).getAmountReceived()).isEqualTo(1);
  }

  private static Stream<JsonObject> objects(JsonObject json, String name) {
    return json.getJsonArray(name).stream().map(JsonObject.class::cast);
  }
}
