package io.paymentsaga.route;

import io.paymentsaga.http.ErrorCode;
import io.paymentsaga.http.ProblemException;
import io.paymentsaga.http.ProblemResponses;
import io.paymentsaga.saga.SagaNotActiveException;
import io.paymentsaga.stripe.WebhookRejectedException;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.util.ObjectHelper;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * What an HTTP call is answered when its route fails: every exception becomes a problem, none shows
 * its inside.
 */
public final class HttpErrors implements Processor {
  private static final Duration SOON = Duration.ofSeconds(2);

  private final ProblemResponses responses;

  public HttpErrors(ProblemResponses responses) {
    this.responses = responses;
  }

  @Override
  public void process(Exchange exchange) {
    name(exchange);
    responses.process(exchange);
  }

  /** Gives the failures this service knows the problem they are. */
  private static void name(Exchange exchange) {
    Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    ProblemException problem = problem(failure);
    if (problem != null) {
      exchange.setProperty(Exchange.EXCEPTION_CAUGHT, problem);
    }
  }

  private static ProblemException problem(Exception failure) {
    if (failure instanceof WebhookRejectedException rejected) {
      return ProblemException.badRequest("", ErrorCode.INVALID_FORMAT, rejected.getMessage());
    }
    if (failure instanceof UnknownPaymentException) {
      return ProblemException.notFound("There is no such payment.");
    }
    if (failure instanceof SagaNotActiveException) {
      return ProblemException.conflict("The payment was cancelled while it was being opened.");
    }
    if (failure instanceof LivePaymentException live) {
      return ProblemException.conflict(
          "The order has a live payment.",
          live.paymentId() == null ? Map.of() : Map.of("paymentId", live.paymentId()));
    }
    if (is(failure, CannotCreateTransactionException.class)
        || is(failure, DataAccessResourceFailureException.class)
        || is(failure, TransientDataAccessException.class)) {
      return ProblemException.unavailable("The database does not answer.", SOON, failure);
    }
    return null;
  }

  private static boolean is(Exception failure, Class<? extends Exception> type) {
    return ObjectHelper.getException(type, failure) != null;
  }
}
