package io.paymentsaga.route;

import com.fasterxml.jackson.databind.util.RawValue;
import io.paymentsaga.http.Caller;
import io.paymentsaga.http.CancelRequest;
import io.paymentsaga.http.CheckoutRequest;
import io.paymentsaga.http.ErrorCode;
import io.paymentsaga.http.ListParameters;
import io.paymentsaga.http.ListQuery;
import io.paymentsaga.http.Page;
import io.paymentsaga.http.Pages;
import io.paymentsaga.http.ProblemException;
import io.paymentsaga.http.RefundRequest;
import io.paymentsaga.payment.Cause;
import io.paymentsaga.payment.Currencies;
import io.paymentsaga.payment.Decision;
import io.paymentsaga.payment.PaymentSignal;
import io.paymentsaga.payment.PaymentStatus;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.payment.Signal;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;

/** The steps of the calls on payments, between the HTTP routes and the one door. */
public final class PaymentCalls {
  private static final ListParameters PARAMETERS =
      ListParameters.of("payments")
          .paged()
          .period()
          .id("orderId")
          .id("userId")
          .oneOf("status", Arrays.stream(PaymentStatus.values()).map(Enum::name).toList());

  private final JsonList list;
  private final Rows rows;
  private final Supplier<String> ids;

  public PaymentCalls(Pages pages, Rows rows, Supplier<String> ids) {
    this.list = new JsonList(pages, PARAMETERS);
    this.rows = rows;
    this.ids = ids;
  }

  /**
   * A customer checks out for nobody else.
   *
   * @throws ProblemException 403
   */
  public void permit(
      @Body CheckoutRequest request, @ExchangeProperty(Caller.PROPERTY) Caller caller) {
    if (!caller.mayActFor(request.userId())) {
      throw ProblemException.forbidden("This token may only pay for its own user.");
    }
  }

  /**
   * One thing read from the database: the JSON text in {@code column}, for a caller who may see it.
   *
   * @param row null when there is no such thing
   * @throws ProblemException 404
   */
  public String show(
      @Body Map<String, Object> row, @ExchangeProperty(Caller.PROPERTY) Caller caller) {
    if (row == null || !caller.mayActFor((String) row.get("user_id"))) {
      throw ProblemException.notFound("There is no such payment.");
    }
    return (String) row.get("json");
  }

  /**
   * A payment's saga, for a caller who may see the payment. A customer sees what happened and when,
   * and neither who did it, nor why, nor what failed inside.
   *
   * @param row null when there is no such payment
   * @throws ProblemException 404
   */
  public String showSaga(
      @Body Map<String, Object> row, @ExchangeProperty(Caller.PROPERTY) Caller caller) {
    String saga = show(row, caller);
    if (!caller.ownOnly()) {
      return saga;
    }
    Map<String, Object> shown = rows.object(saga);
    shown.put("errors", List.of());
    clear(shown, "compensations", "error");
    clear(shown, "timeline", "actor", "detail");
    return rows.write(shown);
  }

  private static void clear(Map<String, Object> shown, String list, String... members) {
    for (Object entry : (List<?>) shown.get(list)) {
      @SuppressWarnings("unchecked")
      Map<String, Object> cleared = (Map<String, Object>) entry;
      for (String member : members) {
        cleared.put(member, null);
      }
    }
  }

  /** What to ask the database for a list of payments. */
  public Map<String, Object> listed(Exchange exchange) {
    Caller caller = exchange.getProperty(Caller.PROPERTY, Caller.class);
    ListQuery query = list.query(exchange);
    String userId = query.filter("userId").orElse(null);
    if (userId != null && !caller.mayActFor(userId)) {
      throw ProblemException.forbidden("This token may only list its own payments.");
    }
    Map<String, Object> asked = JsonList.asked(query, "orderId", "status");
    asked.put("userId", userId == null && caller.ownOnly() ? caller.subject() : userId);
    asked.put("from", query.from().map(Instant::toString).orElse(null));
    asked.put("to", query.to().map(Instant::toString).orElse(null));
    return asked;
  }

  /** The page the database's rows make. */
  public Page<RawValue> page(
      @Body List<Map<String, Object>> rows, @ExchangeProperty(ListQuery.PROPERTY) ListQuery query) {
    return list.page(query, rows);
  }

  public PaymentSignal refund(
      @Body RefundRequest request,
      @Header("paymentId") String paymentId,
      @ExchangeProperty(Caller.PROPERTY) Caller caller) {
    String reason = request.reason() == null ? null : request.reason().code();
    return new PaymentSignal(
        paymentId,
        new Signal.RefundRequested(ids.get(), request.amount(), reason, request.note()),
        new Cause("api", null, caller.subject()));
  }

  public PaymentSignal cancel(
      @Body CancelRequest request,
      @Header("paymentId") String paymentId,
      @ExchangeProperty(Caller.PROPERTY) Caller caller) {
    String reason = request.reason() == null ? "cancelled by the caller" : request.reason();
    return new PaymentSignal(
        paymentId,
        new Signal.CancelRequested(
            PaymentStatus.CANCELLED, reason, Signal.IfPaid.REFUSE, null, null, ids.get()),
        new Cause("api", null, caller.subject()));
  }

  /**
   * Whether the door did what was asked.
   *
   * @throws ProblemException 400, 409 or 422
   */
  public Decision accepted(@Body Decision decision) {
    return switch (decision.verdict()) {
      case ACCEPTED, NOTHING_TO_DO -> decision;
      case NOT_CAPTURED -> throw ProblemException.conflict("The payment has not been captured.");
      case ALREADY_CAPTURED ->
          throw ProblemException.conflict("The payment has been captured; refund it instead.");
      case MORE_THAN_LEFT ->
          throw ProblemException.unprocessableNow("More than is left to be refunded.");
      case NOT_PAYABLE ->
          throw ProblemException.badRequest(
              "/amount",
              ErrorCode.INVALID_AMOUNT_FOR_CURRENCY,
              "must be a multiple of "
                  + Currencies.step(decision.before().capturedCurrency())
                  + " in "
                  + decision.before().capturedCurrency());
      case DISPUTED ->
          throw ProblemException.conflict(
              "The payment is disputed; nothing is refunded until the dispute is closed.");
      case TOO_EARLY -> throw new IllegalStateException("a caller brings no news of Stripe");
    };
  }

  /** The refund a decision has opened, as the API shows it. */
  public String opened(@Body Decision decision) {
    Refund refund = decision.refundToOpen();
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("refundId", refund.refundId());
    shown.put("amount", refund.amount());
    shown.put("status", refund.status().name().toLowerCase(Locale.ROOT));
    shown.put("reason", refund.reason());
    shown.put("createdAt", refund.createdAt());
    return rows.write(shown);
  }
}
