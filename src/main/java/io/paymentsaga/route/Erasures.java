package io.paymentsaga.route;

import io.paymentsaga.http.Caller;
import io.paymentsaga.http.OperatorRequest;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;

/** The steps that say whose personal data is erased, and who wanted that. */
public final class Erasures {
  /** What an operator asks for. */
  public Map<String, Object> asked(
      @Body OperatorRequest request,
      @Header("customer") String userId,
      @ExchangeProperty(Caller.PROPERTY) Caller caller) {
    return Map.of("userId", userId, "actor", caller.subject(), "reason", request.reason());
  }

  /** Payments an operator wants erased. */
  public Map<String, Object> ordered(
      @Body String payments, @ExchangeProperty("erasure") Map<String, Object> erasure) {
    return Map.of(
        "payments",
        payments,
        "cause",
        "operator",
        "actor",
        erasure.get("actor"),
        "reason",
        erasure.get("reason"));
  }

  /** Payments whose personal data is old. */
  public Map<String, Object> aged(@Body String payments) {
    return Map.of(
        "payments", payments, "cause", "retention", "actor", "payment-service", "reason", "old");
  }
}
