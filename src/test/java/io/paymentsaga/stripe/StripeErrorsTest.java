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
import io.paymentsaga.stripe.StripeOutcome.Refused;
import io.paymentsaga.stripe.StripeOutcome.Unknown;
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
        new IdempotencyException("in use", "req_1", "idempotency_key_in_use", 409),
        new RateLimitException("too many", null, "req_1", "rate_limit", 429, null));
  }

  @ParameterizedTest
  @MethodSource
  void what_an_operator_must_mend_is_the_services_fault(StripeException error) {
    assertThat(fault(error)).isEqualTo(Fault.SERVICE);
  }

  static Stream<StripeException> what_an_operator_must_mend_is_the_services_fault() {
    return Stream.of(
        new AuthenticationException("no such key", "req_1", null, 401),
        new PermissionException("not yours", "req_1", null, 403),
        new IdempotencyException("other parameters", "req_1", null, 400));
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

  private static InvalidRequestException invalid(String parameter) {
    return new InvalidRequestException("invalid", parameter, "req_1", null, 400, null);
  }

  private static Fault fault(StripeException error) {
    return ((Refused) StripeErrors.outcome(error)).fault();
  }
}
