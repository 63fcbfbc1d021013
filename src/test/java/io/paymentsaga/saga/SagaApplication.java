package io.paymentsaga.saga;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * An instance of an application with sagas. Its compensations and completions are {@code
 * direct:NAME} for any name given to {@link #participant}.
 */
final class SagaApplication implements AutoCloseable {
  private final DefaultCamelContext context = new DefaultCamelContext();
  private final JdbcSagaService service;
  private final TransactionTemplate transaction;
  private final List<String> runs = new CopyOnWriteArrayList<>();
  private final Map<String, RunAction> actions = new ConcurrentHashMap<>();

  /** What a participant does when it is run; may throw. */
  @FunctionalInterface
  interface RunAction {
    void run(Exchange exchange) throws Exception;
  }

  SagaApplication(SagaDatabase database) {
    this(database, settings("instance"));
  }

  SagaApplication(SagaDatabase database, SagaSettings settings) {
    var transactionManager = new DataSourceTransactionManager(database.dataSource());
    service = new JdbcSagaService(database.dataSource(), transactionManager, settings);
    transaction = new TransactionTemplate(transactionManager);
    context.getRegistry().bind("transaction", new SpringTransactionPolicy(transactionManager));
    context.getShutdownStrategy().setTimeout(5);
  }

  static SagaSettings settings(String owner) {
    return new SagaSettings(
        Duration.ofSeconds(2), 3, Duration.ofMillis(20), 4, Duration.ofMillis(50), owner);
  }

  /** Starts the application with these routes. */
  SagaApplication start(RoutesBuilder... routes) throws Exception {
    context.addService(service);
    for (RoutesBuilder builder : routes) {
      context.addRoutes(builder);
    }
    context.start();
    return this;
  }

  CamelContext context() {
    return context;
  }

  JdbcSagaService service() {
    return service;
  }

  TransactionTemplate transaction() {
    return transaction;
  }

  ProducerTemplate producer() {
    return context.createProducerTemplate();
  }

  /** Sends to a route with nothing but a saga, if that is not null. */
  Exchange send(String uri, String sagaId) {
    return producer()
        .send(
            uri, exchange -> exchange.getIn().setHeader(Exchange.SAGA_LONG_RUNNING_ACTION, sagaId));
  }

  /** What a participant does from now on. */
  void participant(String name, RunAction action) {
    actions.put(name, action);
  }

  /** Notes that the current route has run, then does what its participant does. */
  void run(Exchange exchange) throws Exception {
    String name = exchange.getUnitOfWork().getRoute().getRouteId();
    runs.add(name);
    RunAction action = actions.get(name);
    if (action != null) {
      action.run(exchange);
    }
  }

  /** Which participants have run, in order. */
  List<String> runs() {
    return runs;
  }

  @Override
  public void close() {
    context.stop();
  }
}
