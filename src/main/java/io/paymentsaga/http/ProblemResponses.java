package io.paymentsaga.http;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.util.ObjectHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the exception an HTTP route failed with into the response, for use in a handled {@code
 * onException}. A {@link ProblemException} anywhere in the chain of causes answers as itself;
 * anything else is a bug or an outage: it is logged once, at ERROR, and the caller learns nothing
 * but the correlation id.
 */
public final class ProblemResponses implements Processor {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemResponses.class);

  @Override
  public void process(Exchange exchange) {
    String correlationId = CorrelationIds.of(exchange);
    Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    ProblemException problem = ObjectHelper.getException(ProblemException.class, failure);
    Message response = exchange.getMessage();
    // What the route prepared for its success must not stand beside a failure.
    response.removeHeader("Location");
    if (problem == null) {
      LOG.error("Call {} failed in route {}", correlationId, exchange.getFromRouteId(), failure);
      write(
          response,
          Problem.of(
              ProblemType.INTERNAL, "Quote the correlation id to an operator", correlationId));
    } else {
      if (problem.type().status() >= 500) {
        LOG.warn("Call {} answered with {}", correlationId, problem.type().status(), problem);
      }
      problem.headers().forEach(response::setHeader);
      write(response, problem.problem(correlationId));
    }
  }

  private static void write(Message response, Problem problem) {
    response.setHeader(Exchange.HTTP_RESPONSE_CODE, problem.type().status());
    response.setHeader(Exchange.CONTENT_TYPE, Problem.MEDIA_TYPE);
    response.setHeader("Cache-Control", "no-store");
    response.setHeader(CorrelationIds.HEADER, problem.correlationId());
    response.setBody(problem.json());
  }
}
