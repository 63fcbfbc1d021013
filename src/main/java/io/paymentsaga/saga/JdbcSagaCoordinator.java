package io.paymentsaga.saga;

import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.saga.CamelSagaCoordinator;
import org.apache.camel.saga.CamelSagaStep;

/** One saga, as Camel's saga pattern sees it. Holds nothing that the database does not. */
final class JdbcSagaCoordinator implements CamelSagaCoordinator {
  private final JdbcSagaService service;
  private final String sagaId;

  JdbcSagaCoordinator(JdbcSagaService service, String sagaId) {
    this.service = service;
    this.sagaId = sagaId;
  }

  @Override
  public String getId() {
    return sagaId;
  }

  @Override
  public CompletableFuture<Void> beginStep(Exchange exchange, CamelSagaStep step) {
    return answer(() -> service.enlist(sagaId, exchange, step));
  }

  @Override
  public CompletableFuture<Void> compensate(Exchange exchange) {
    return answer(() -> service.compensate(sagaId, SagaCause.of(exchange)));
  }

  @Override
  public CompletableFuture<Void> complete(Exchange exchange) {
    return answer(() -> service.complete(sagaId, SagaCause.of(exchange)));
  }

  private static CompletableFuture<Void> answer(Runnable action) {
    return JdbcSagaService.answer(
        () -> {
          action.run();
          return null;
        });
  }
}
