package io.paymentsaga.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.CardException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.PermissionException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import io.paymentsaga.stripe.StripeOutcome.Fault;
import io.paymentsaga.stripe.StripeOutcome.RateLimited;
import io.paymentsaga.stripe.StripeOutcome.Refused;
import io.paymentsaga.stripe.StripeOutcome.Unknown;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class StripeErrorsTest {
  @ParameterizedTest
  @MethodSource
  void what_may_have_been_done_is_unknown(StripeException error) {
    assertThat(StripeErrors.outcome(error)).isInstanceOf(Unknown.class);
  }

  static Stream<StripeException> what_may_have_been_done_is_unknown() {
    return Stream.of(
        new ApiConnectionException("connection reset"),
        new ApiException("internal error", "req_1", null, 500, null),
        new ApiException("bad gateway", "req_1", null, 502, null),
        new ApiException("cut off", "req_1", null, 200, null),
        new ApiException("in use", "req_1", "idempotency_key_in_use", 409, null),
        new IdempotencyException("in use", "req_1", "idempotency_key_in_use", 409));
  }

  @Test
  void too_many_calls_are_done_nothing_about_until_stripe_wants_them_again() {
    RateLimitException limited =
        new RateLimitException("too many", null, "req_1", "rate_limit", 429, null);

    assertThat(StripeErrors.outcome(limited)).isEqualTo(new RateLimited(Duration.ofSeconds(2)));
    assertThat(StripeErrors.outcome(new AskedToWaitException("req_1", Duration.ofSeconds(7))))
        .isEqualTo(new RateLimited(Duration.ofSeconds(7)));
  }

  @Test
  void a_key_used_for_something_else_is_the_services_fault() {
    assertThat(fault(new IdempotencyException("other parameters", "req_1", null, 400)))
        .isEqualTo(Fault.SERVICE);
  }

  @Test
  void a_key_that_opens_nothing_is_no_answer_to_what_was_asked() {
    assertThat(fault(new AuthenticationException("no such key", "req_1", null, 401)))
        .isEqualTo(Fault.ACCESS);
    assertThat(fault(new PermissionException("not yours", "req_1", null, 403)))
        .isEqualTo(Fault.ACCESS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "line_items[0][quantity]",
        "metadata[cart]",
        "payment_intent_data[shipping][address][country]",
        "customer_email",
        "success_url",
        "cancel_url"
      })
  void a_parameter_the_caller_chose_is_the_callers_fault(String parameter) {
    assertThat(fault(invalid(parameter))).isEqualTo(Fault.CALLER);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"expires_at", "mode", "payment_intent"})
  void any_other_parameter_is_the_services_fault(String parameter) {
    assertThat(fault(invalid(parameter))).isEqualTo(Fault.SERVICE);
  }

  @Test
  void a_refused_card_is_the_callers_fault() {
    CardException declined =
        new CardException(
            "declined", "req_1", "card_declined", null, "fraudulent", "ch_1", 402, null);

    assertThat(fault(declined)).isEqualTo(Fault.CALLER);
  }

  @Test
  void a_refusal_tells_the_rule_and_nothing_that_was_sent() {
    InvalidRequestException refused =
        new InvalidRequestException(
            "Invalid email address: ada@localhost",
            "customer_email",
            "req_1",
            "email_invalid",
            400,
            null);

    assertThat(StripeErrors.outcome(refused))
        .isEqualTo(
            new Refused(Fault.CALLER, "email_invalid (customer_email), Stripe's request req_1"));
    assertThat(
            StripeErrors.outcome(
                new PermissionException("rk_live_***7 of acct_1 lacks it", "req_2", null, 403)))
        .isEqualTo(new Refused(Fault.ACCESS, "status 403, Stripe's request req_2"));
  }

  private static InvalidRequestException invalid(String parameter) {
    return new InvalidRequestException("invalid", parameter, "req_1", null, 400, null);
  }

  private static Fault fault(StripeException error) {
    return ((Refused) StripeErrors.outcome(error)).fault();
  }
}
