package io.paymentsaga.saga;

import io.paymentsaga.saga.SagaStore.ClaimedSaga;
import io.paymentsaga.saga.SagaStore.PendingStep;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** Calls the compensations and completions that routes of this context have named. */
final class StepEndpoints {
  private final Map<String, Endpoint> endpoints;
  private final ProducerTemplate producer;

  StepEndpoints(Map<String, Endpoint> endpoints, ProducerTemplate producer) {
    this.endpoints = endpoints;
    this.producer = producer;
  }

  /** The exception it ended with, if any. An exception the route handled is none. */
  Optional<Exception> call(ClaimedSaga saga, PendingStep step, int attempt) {
    Endpoint endpoint = endpoints.get(step.uri());
    if (endpoint == null) {
      return Optional.of(
          new IllegalStateException("No route of this instance names " + step.uri()));
    }
    Exchange exchange = endpoint.createExchange();
    exchange.setProperty(SagaExchange.CORRELATION_ID, saga.correlationId());
    exchange.setProperty(SagaExchange.ATTEMPT, attempt);
    step.options().forEach(exchange.getIn()::setHeader);
    exchange.getIn().setHeader(Exchange.SAGA_LONG_RUNNING_ACTION, saga.lease().sagaId());
    return Optional.ofNullable(producer.send(endpoint, exchange).getException());
  }
}
