package io.paymentsaga.http;

import io.paymentsaga.payment.Currencies;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * The route steps that read and check the bodies of the calls that act on a payment or saga. Each
 * ends the call with 400 and every fault there is, or with 415 when there is a body that is not
 * JSON.
 */
public final class ActionRequests {
  private static final TextRule REASON = TextRule.lines(500);
  private static final TextRule CUSTOMER = TextRule.line(255);

  /** A refund; may come without a body. */
  public RefundRequest refund(Exchange exchange) {
    return JsonBodies.optional(
        exchange,
        fields ->
            new RefundRequest(
                fields.optionalInteger("amount", 1, Currencies.LARGEST_AMOUNT),
                fields.optionalOneOf(
                    "reason", RefundRequest.Reason.values(), RefundRequest.Reason::code),
                fields.optionalText("note", REASON)));
  }

  /** A cancellation; may come without a body. */
  public CancelRequest cancel(Exchange exchange) {
    return JsonBodies.optional(
        exchange, fields -> new CancelRequest(fields.optionalText("reason", REASON)));
  }

  /** An operator's retry or compensation. */
  public OperatorRequest operate(Exchange exchange) {
    return JsonBodies.required(
        exchange, fields -> new OperatorRequest(fields.text("reason", REASON), null));
  }

  /** An operator's resolution. */
  public OperatorRequest resolve(Exchange exchange) {
    return JsonBodies.required(
        exchange,
        fields ->
            new OperatorRequest(
                fields.text("reason", REASON),
                fields.oneOf("outcome", OperatorRequest.Outcome.values(), Enum::name)));
  }

  /** An operator's erasure of the customer in the path, who is the user of a payment elsewhere. */
  public OperatorRequest erase(Exchange exchange) {
    String customer = exchange.getMessage().getHeader("customer", String.class);
    Optional<TextRule.Fault> fault = CUSTOMER.fault(customer);
    if (fault.isPresent()) {
      throw ProblemException.badRequest("/customer", fault.get().code(), fault.get().message());
    }
    return operate(exchange);
  }

  /** A proof of a stretch of time. */
  public ProofRequest proof(Exchange exchange) {
    return JsonBodies.required(
        exchange,
        fields ->
            new ProofRequest(
                fields.time("from"), fields.optionalTime("to"), fields.text("reason", REASON)));
  }
}
