package io.paymentsaga.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.checkout.Session;
import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionCreateParams.LineItem;
import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.paymentsaga.sandbox.stripe.StripeSimulatorSettings;
import io.paymentsaga.sandbox.stripe.TestCard;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the ledger reads of more than a page of objects. */
class StripeLedgerTest {
  private static final int FOREIGN = 101;
  private static final Instant BEFORE = Instant.ofEpochSecond(0);

  private static StripeSimulator simulator;
  private static StripeClient shop;
  private static StripeLedger ledger;
  private static Session paid;
  private static String intent;
  private static String refund;

  @BeforeAll
  static void open_sessions() throws StripeException {
    simulator = StripeSimulator.start(StripeSimulatorSettings.onLoopback("sk_test", "whsec_test"));
    shop =
        StripeClient.builder()
            .setApiKey(simulator.secretKey())
            .setApiBase(simulator.baseUrl().toString())
            .build();
    ledger = new StripeLedger(shop);
    paid = shop.v1().checkout().sessions().create(session().putMetadata("paymentId", "p").build());
    simulator.pay(paid.getId(), TestCard.PAYS);
    intent = simulator.paymentIntents().get(0).getString("id");
    refund = simulator.refund(intent, OptionalLong.of(700));
    for (int number = 0; number < FOREIGN; number++) {
      shop.v1().checkout().sessions().create(session().build());
    }
  }

  private static SessionCreateParams.Builder session() {
    return SessionCreateParams.builder()
        .setMode(SessionCreateParams.Mode.PAYMENT)
        .setSuccessUrl("https://shop.example/ok")
        .addLineItem(
            LineItem.builder()
                .setQuantity(1L)
                .setPriceData(
                    LineItem.PriceData.builder()
                        .setCurrency("usd")
                        .setUnitAmount(3000L)
                        .setProductData(
                            LineItem.PriceData.ProductData.builder().setName("Mug").build())
                        .build())
                .build());
  }

  @AfterAll
  static void close() {
    simulator.close();
  }

  private static Instant after() {
    return simulator.now().plusSeconds(2);
  }

  private static <T> List<T> all(Iterator<List<T>> pages) {
    List<T> all = new ArrayList<>();
    pages.forEachRemaining(all::addAll);
    return all;
  }

  @Test
  void a_list_goes_on_over_its_pages() {
    List<LedgerSession> sessions = all(ledger.sessions(BEFORE, after()));

    assertThat(sessions)
        .extracting(LedgerSession::sessionId)
        .doesNotHaveDuplicates()
        .hasSize(FOREIGN + 1)
        .endsWith(paid.getId());
    assertThat(sessions).filteredOn(session -> session.paymentId() == null).hasSize(FOREIGN);
  }

  @Test
  void a_paid_session_brings_its_money_along() {
    LedgerSession session = ledger.session(paid.getId()).orElseThrow();

    assertThat(session.paymentId()).isEqualTo("p");
    assertThat(session.status()).isEqualTo(LedgerSession.Status.COMPLETE);
    assertThat(session.intent().captured()).isEqualTo(new Money(3000, "USD"));
    assertThat(session.intent().refunded()).isEqualTo(700);
    assertThat(all(ledger.sessions(BEFORE, after()))).contains(session);
    assertThat(ledger.intent(intent)).contains(session.intent());
    assertThat(all(ledger.intents(BEFORE, after()))).containsExactly(session.intent());
  }

  @Test
  void a_refund_is_found_by_time_by_intent_and_by_id() {
    LedgerRefund found = ledger.refund(refund).orElseThrow();

    assertThat(found.money()).isEqualTo(new Money(700, "USD"));
    assertThat(found.status()).isIn(Refund.Status.PENDING, Refund.Status.SUCCEEDED);
    assertThat(found.intentId()).isEqualTo(intent);
    assertThat(found.refundId()).isNull();
    assertThat(all(ledger.refunds(BEFORE, after())))
        .extracting(LedgerRefund::stripeRefundId)
        .containsExactly(refund);
    assertThat(ledger.refundsOf(intent))
        .extracting(LedgerRefund::stripeRefundId)
        .containsExactly(refund);
  }

  @Test
  void a_stretch_of_time_holds_what_was_made_in_it() {
    Instant made = Instant.ofEpochSecond(paid.getCreated());

    assertThat(all(ledger.sessions(BEFORE, made))).isEmpty();
    assertThat(all(ledger.sessions(made, made.plusSeconds(1))))
        .extracting(LedgerSession::sessionId)
        .contains(paid.getId());
    assertThat(all(ledger.sessions(after(), after().plusSeconds(60)))).isEmpty();
  }

  @Test
  void what_stripe_does_not_know_is_absent_and_what_it_does_not_say_is_not() {
    assertThat(ledger.session("cs_none")).isEmpty();
    assertThat(ledger.intent("pi_none")).isEmpty();
    assertThat(ledger.refund("re_none")).isEmpty();
    StripeLedger refused =
        new StripeLedger(
            StripeClient.builder()
                .setApiKey("sk_wrong")
                .setApiBase(simulator.baseUrl().toString())
                .setConnectTimeout((int) Duration.ofSeconds(2).toMillis())
                .build());
    assertThatThrownBy(() -> refused.session(paid.getId()))
        .isInstanceOf(StripeUnavailableException.class);
    assertThatThrownBy(() -> refused.sessions(BEFORE, after()).next())
        .isInstanceOf(StripeUnavailableException.class);
  }
}
