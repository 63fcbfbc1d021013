package io.paymentsaga.route;

import com.fasterxml.jackson.databind.util.RawValue;
import io.paymentsaga.http.Caller;
import io.paymentsaga.http.ListParameters;
import io.paymentsaga.http.ListQuery;
import io.paymentsaga.http.OperatorRequest;
import io.paymentsaga.http.Page;
import io.paymentsaga.http.Pages;
import io.paymentsaga.http.ProblemException;
import io.paymentsaga.payment.Cause;
import io.paymentsaga.payment.Decision;
import io.paymentsaga.payment.PaymentSignal;
import io.paymentsaga.payment.Signal;
import io.paymentsaga.saga.JdbcSagaService;
import io.paymentsaga.saga.SagaCause;
import io.paymentsaga.saga.SagaState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** The steps of the operators' calls on sagas. What changes a payment goes through the one door. */
public final class OperatorCalls {
  private static final String SAGA = "operatorSaga";
  private static final String REQUEST = "operatorRequest";
  private static final ListParameters PARAMETERS =
      ListParameters.of("sagas")
          .paged()
          .oneOf("state", Arrays.stream(SagaState.values()).map(Enum::name).toList())
          .flag("stuck");

  private final JsonList list;
  private final JdbcSagaService sagas;
  private final Supplier<String> ids;

  public OperatorCalls(Pages pages, JdbcSagaService sagas, Supplier<String> ids) {
    this.list = new JsonList(pages, PARAMETERS);
    this.sagas = sagas;
    this.ids = ids;
  }

  /** What to ask the database for a list of sagas. */
  public Map<String, Object> listed(Exchange exchange) {
    return JsonList.asked(list.query(exchange), "state", "stuck");
  }

  /** The page the database's rows make. */
  public Page<RawValue> page(
      @Body List<Map<String, Object>> rows, @ExchangeProperty(ListQuery.PROPERTY) ListQuery query) {
    return list.page(query, rows);
  }

  /**
   * Remembers the saga an action is for.
   *
   * @throws ProblemException 404
   */
  public void found(@Body Map<String, Object> row, Exchange exchange) {
    if (row == null) {
      throw ProblemException.notFound("There is no such saga.");
    }
    exchange.setProperty(SAGA, row);
  }

  /**
   * Tries again what was given up.
   *
   * @throws ProblemException 409 when there is nothing to try again
   */
  public void retry(
      @ExchangeProperty(SAGA) Map<String, Object> saga,
      @ExchangeProperty(REQUEST) OperatorRequest request,
      @ExchangeProperty(Caller.PROPERTY) Caller caller) {
    Object refund = saga.get("refund_status");
    if (refund != null && !refund.equals("PENDING")) {
      throw ProblemException.conflict("The refund has come to its end at Stripe.");
    }
    if (!sagas.retry(id(saga), cause(request, caller))) {
      throw ProblemException.conflict("There is nothing to try again.");
    }
  }

  /**
   * What undoes a payment, whatever has become of it.
   *
   * @throws ProblemException 409 for a refund, which nothing undoes, and for what was undone
   */
  public PaymentSignal compensate(
      @ExchangeProperty(SAGA) Map<String, Object> saga,
      @ExchangeProperty(REQUEST) OperatorRequest request,
      @ExchangeProperty(Caller.PROPERTY) Caller caller) {
    if (!isPayment(saga)) {
      throw ProblemException.conflict("Only a payment can be compensated.");
    }
    if (SagaState.COMPENSATED.name().equals(saga.get("state"))) {
      throw ProblemException.conflict("The payment has been undone.");
    }
    return signal(saga, new Signal.CompensationOrdered(request.reason(), ids.get()), caller);
  }

  /**
   * Whether there was anything to undo.
   *
   * @throws ProblemException 409
   */
  public void undone(@Body Decision decision) {
    if (decision.verdict() == Decision.Verdict.NOTHING_TO_DO) {
      throw ProblemException.conflict("There is nothing to undo.");
    }
  }

  /** What settles a payment by hand. */
  public PaymentSignal resolve(
      @ExchangeProperty(SAGA) Map<String, Object> saga,
      @ExchangeProperty(REQUEST) OperatorRequest request,
      @ExchangeProperty(Caller.PROPERTY) Caller caller) {
    return signal(
        saga,
        new Signal.Resolved(Signal.Resolution.valueOf(request.outcome().name()), request.reason()),
        caller);
  }

  /** What settles by hand a refund Stripe has not ended. */
  public PaymentSignal resolveRefund(
      @ExchangeProperty(SAGA) Map<String, Object> saga,
      @ExchangeProperty(REQUEST) OperatorRequest request,
      @ExchangeProperty(Caller.PROPERTY) Caller caller) {
    return signal(
        saga,
        new Signal.RefundResolved(
            (String) saga.get("refund_id"),
            Signal.Resolution.valueOf(request.outcome().name()),
            request.reason()),
        caller);
  }

  /** Whether the saga is that of a refund Stripe has not ended. */
  public boolean isPendingRefund(@ExchangeProperty(SAGA) Map<String, Object> saga) {
    return "PENDING".equals(saga.get("refund_status"));
  }

  /**
   * Settles by hand a saga, and nothing else.
   *
   * @throws ProblemException 409 when it does not wait for an operator
   */
  public void settle(
      @ExchangeProperty(SAGA) Map<String, Object> saga,
      @ExchangeProperty(REQUEST) OperatorRequest request,
      @ExchangeProperty(Caller.PROPERTY) Caller caller) {
    SagaState outcome = SagaState.valueOf(request.outcome().name());
    boolean settled = sagas.advance(id(saga), outcome, Set.of(), cause(request, caller));
    if (!settled) {
      throw ProblemException.conflict("The saga does not wait for an operator.");
    }
  }

  /** Whether the saga came to that outcome before: asking again changes nothing. */
  public boolean isResolved(
      @ExchangeProperty(SAGA) Map<String, Object> saga,
      @ExchangeProperty(REQUEST) OperatorRequest request) {
    return request.outcome().name().equals(saga.get("state"));
  }

  /** Whether the saga is a payment's own, and not a refund's. */
  public boolean isPayment(@ExchangeProperty(SAGA) Map<String, Object> saga) {
    return "payment".equals(saga.get("kind")) && saga.get("payment_id") != null;
  }

  private static PaymentSignal signal(Map<String, Object> saga, Signal signal, Caller caller) {
    return new PaymentSignal(
        (String) saga.get("payment_id"), signal, new Cause("operator", null, caller.subject()));
  }

  private static SagaCause cause(OperatorRequest request, Caller caller) {
    return new SagaCause("operator", null, caller.subject(), request.reason());
  }

  private static String id(Map<String, Object> saga) {
    return (String) saga.get("saga_id");
  }
}
