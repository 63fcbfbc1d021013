package io.paymentsaga.sandbox.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import com.stripe.model.Refund;
import com.stripe.model.checkout.Session;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.checkout.SessionCreateParams;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ApiFaultTest {
  private static final long TOO_MUCH = Merchant.TOTAL + 1;

  private final Merchant merchant = new Merchant();

  @AfterEach
  void close() {
    merchant.close();
  }

  @Test
  void an_idempotency_key_replays_the_first_answer() throws StripeException {
    SessionCreateParams request = merchant.request().build();
    Session first = merchant.create(request, Merchant.key("k1"));
    Session second = merchant.create(request, Merchant.key("k1"));

    assertThat(second.getId()).isEqualTo(first.getId());
    assertThat(second.getLastResponse().headers().firstValue("Idempotent-Replayed"))
        .hasValue("true");
    assertThat(merchant.simulator().sessions()).hasSize(1);
    assertThatThrownBy(
            () ->
                merchant.create(
                    merchant.request().setClientReferenceId("ord_2").build(), Merchant.key("k1")))
        .isInstanceOf(IdempotencyException.class);

    merchant.simulator().advance(Duration.ofHours(25));
    assertThat(merchant.create(merchant.request().build(), Merchant.key("k1")).getId())
        .isNotEqualTo(first.getId());
  }

  @Test
  void a_key_in_use_is_a_conflict() {
    SessionCreateParams request = merchant.request().build();
    merchant
        .simulator()
        .mischief()
        .inject(ApiFault.delayAnswer(Duration.ofSeconds(1)).onCalls("POST .*").times(1));
    CompletableFuture<Session> first =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return merchant.create(request, Merchant.key("k1"));
              } catch (StripeException failure) {
                throw new CompletionException(failure);
              }
            });
    await().until(() -> !merchant.simulator().sessions().isEmpty());

    ApiException conflict =
        catchThrowableOfType(
            ApiException.class, () -> merchant.create(request, Merchant.key("k1")));

    assertThat(conflict.getStatusCode()).isEqualTo(409);
    assertThat(conflict.getCode()).isEqualTo("idempotency_key_in_use");
    assertThat(first.join().getId()).startsWith("cs_test_");
  }

  @Test
  void a_lost_reply_is_found_again_under_the_same_key() throws StripeException {
    merchant
        .simulator()
        .mischief()
        .inject(ApiFault.closeAfterActing().onCalls("POST /v1/refunds").times(1));
    String intent = merchant.paid(TestCard.PAYS);
    RefundCreateParams refund = RefundCreateParams.builder().setPaymentIntent(intent).build();

    assertThatThrownBy(
            () -> merchant.stripe().v1().refunds().create(refund, Merchant.key("refund-1")))
        .isInstanceOf(ApiConnectionException.class);

    assertThat(
            merchant.stripe().v1().refunds().create(refund, Merchant.key("refund-1")).getAmount())
        .isEqualTo(Merchant.TOTAL);
    assertThat(merchant.refundsOf(intent)).hasSize(1);
  }

  @Test
  void api_calls_fail_as_they_are_told_to() throws StripeException {
    SessionCreateParams request = merchant.request().build();
    merchant.simulator().mischief().inject(ApiFault.rateLimited(Duration.ofSeconds(3)).times(1));
    assertThatThrownBy(merchant::open).isInstanceOf(RateLimitException.class);

    merchant.simulator().mischief().inject(ApiFault.closeBeforeActing().times(1));
    assertThatThrownBy(merchant::open).isInstanceOf(ApiConnectionException.class);

    merchant.simulator().mischief().inject(ApiFault.failAfterActing(500).times(1));
    assertThatThrownBy(() -> merchant.create(request, Merchant.key("k1")))
        .isInstanceOf(ApiException.class);
    assertThat(merchant.simulator().sessions()).hasSize(1);
    assertThatThrownBy(() -> merchant.create(request, Merchant.key("k1")))
        .isInstanceOf(ApiException.class);

    merchant.simulator().mischief().inject(ApiFault.failAfterActing(502).notRemembered().times(1));
    assertThatThrownBy(() -> merchant.create(request, Merchant.key("k2")))
        .isInstanceOf(ApiException.class);
    Session found = merchant.create(request, Merchant.key("k2"));
    assertThat(merchant.simulator().sessions()).hasSize(2);
    assertThat(merchant.simulator().find(found.getId())).isPresent();
    assertThat(merchant.simulator().apiCalls())
        .extracting(ApiCall::status)
        .containsExactly(429, 0, 500, 500, 502, 200);
  }

  @Test
  void an_unreachable_stripe_comes_back_with_its_state() throws StripeException {
    Session session = merchant.open();

    merchant.simulator().stop();
    assertThatThrownBy(merchant::open).isInstanceOf(ApiConnectionException.class);

    merchant.simulator().restart();
    assertThat(merchant.sessions().retrieve(session.getId()).getStatus()).isEqualTo("open");
  }

  @Test
  void a_key_remembers_every_failure_but_those_of_parameters() throws StripeException {
    SessionCreateParams misspelt = merchant.request().putExtraParam("currancy", "usd").build();
    assertThatThrownBy(() -> merchant.create(misspelt, Merchant.key("k1")))
        .isInstanceOf(InvalidRequestException.class);
    assertThat(merchant.create(merchant.request().build(), Merchant.key("k1")).getStatus())
        .isEqualTo("open");

    merchant.simulator().mischief().inject(ApiFault.failBeforeActing(500).times(1));
    SessionCreateParams request = merchant.request().build();
    assertThatThrownBy(() -> merchant.create(request, Merchant.key("k2")))
        .isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> merchant.create(request, Merchant.key("k2")))
        .isInstanceOf(ApiException.class);
    assertThat(merchant.simulator().sessions()).hasSize(1);

    String intent = merchant.paid(TestCard.PAYS);
    assertThatThrownBy(() -> refund(intent, TOO_MUCH, "k3"))
        .isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> refund(intent, TOO_MUCH, "k3"))
        .isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> refund(intent, 1, "k3")).isInstanceOf(IdempotencyException.class);
    assertThat(merchant.simulator().apiCalls())
        .extracting(ApiCall::status, ApiCall::replayed)
        .contains(tuple(500, false), tuple(500, true), tuple(400, false), tuple(400, true));
  }

  private Refund refund(String intent, long amount, String key) throws StripeException {
    return merchant
        .stripe()
        .v1()
        .refunds()
        .create(
            RefundCreateParams.builder().setPaymentIntent(intent).setAmount(amount).build(),
            Merchant.key(key));
  }
}
