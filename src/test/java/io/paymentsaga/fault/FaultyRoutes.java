package io.paymentsaga.fault;

import io.paymentsaga.saga.SagaExchange;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Lets routes go wrong, once for each payment that is to suffer it; a payment and its sagas are
 * known by their correlation id.
 *
 * <p>Before its effect, a route has entered its transaction and its saga and nothing more; after
 * it, it has left them. A crash is what the database sees of one: an open transaction is rolled
 * back, and a lease on the saga can neither be used any more nor given back.
 */
final class FaultyRoutes implements InterceptStrategy, CamelConfiguration {
  private static final String INCOMING = "fault.incoming.";

  private final JdbcClient jdbc;
  private final Map<Target, Fault> planned = new ConcurrentHashMap<>();

  FaultyRoutes(DataSource dataSource) {
    jdbc = JdbcClient.create(dataSource);
  }

  private record Target(String routeId, String correlationId) {}

  private static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failure(String message) {
      super(message);
    }
  }

  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash(String message) {
      super(message);
    }
  }

  void plan(String routeId, String correlationId, Fault fault) {
    planned.put(new Target(routeId, correlationId), fault);
  }

  boolean hasHappened(String routeId, String correlationId) {
    return !planned.containsKey(new Target(routeId, correlationId));
  }

  @Override
  public void configure(CamelContext context) {
    context.getCamelContextExtension().addInterceptStrategy(this);
  }

  @Override
  public Processor wrapProcessorInInterceptors(
      CamelContext context, NamedNode node, Processor processor, Processor next) {
    RouteDefinition route = ProcessorDefinitionHelper.getRoute(node);
    if (route == null) {
      return processor;
    }
    boolean first = node == SagaRoutes.firstEffect(route);
    boolean last = node == SagaRoutes.last(route.getOutputs());
    return first || last ? new RouteEnd(route, first, last, processor) : processor;
  }

  /** The first or the last node of a route, or both. */
  private final class RouteEnd extends DelegateAsyncProcessor {
    private final RouteDefinition route;
    private final boolean first;
    private final boolean last;

    RouteEnd(RouteDefinition route, boolean first, boolean last, Processor processor) {
      super(processor);
      this.route = route;
      this.first = first;
      this.last = last;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
      if (first) {
        before(exchange);
        if (exchange.isFailed()) {
          callback.done(true);
          return true;
        }
      }
      return super.process(
          exchange,
          sync -> {
            if (last && !exchange.isFailed()) {
              after(exchange);
            }
            callback.done(sync);
          });
    }

    private void before(Exchange exchange) {
      Target target = target(exchange);
      Fault fault = planned.get(target);
      if (fault == Fault.RUNS_TWICE) {
        exchange.setProperty(INCOMING + route.getId(), ExchangeHelper.createCopy(exchange, true));
      } else if (fault != null && fault.isBeforeTheEffect()) {
        strike(exchange, target, fault);
      }
    }

    private void after(Exchange exchange) {
      Target target = target(exchange);
      Fault fault = planned.get(target);
      if (fault != null) {
        strike(exchange, target, fault);
      }
    }

    private void strike(Exchange exchange, Target target, Fault fault) {
      planned.remove(target);
      String message = route.getId() + " " + fault;
      if (fault == Fault.RUNS_TWICE) {
        repeat(exchange);
      } else if (fault.isCrash()) {
        loseLease(sagaId(exchange));
        exchange.setException(new Crash(message));
      } else {
        exchange.setException(new Failure(message));
      }
    }

    private void repeat(Exchange exchange) {
      Exchange again = exchange.getProperty(INCOMING + route.getId(), Exchange.class);
      exchange.getContext().createProducerTemplate().send(route.getInput().getEndpointUri(), again);
      if (again.isFailed()) {
        exchange.setException(again.getException());
      }
    }

    private Target target(Exchange exchange) {
      return new Target(route.getId(), correlationId(exchange));
    }

    private String correlationId(Exchange exchange) {
      boolean concerned =
          planned.keySet().stream().anyMatch(target -> target.routeId().equals(route.getId()));
      String known = exchange.getProperty(SagaExchange.CORRELATION_ID, String.class);
      return known != null || !concerned ? known : storedCorrelationId(sagaId(exchange));
    }
  }

  private static String sagaId(Exchange exchange) {
    return exchange.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION, String.class);
  }

  private String storedCorrelationId(String sagaId) {
    return jdbc.sql("SELECT correlation_id FROM saga WHERE saga_id = :sagaId")
        .param("sagaId", sagaId)
        .query(String.class)
        .single();
  }

  private void loseLease(String sagaId) {
    jdbc.sql(
            "UPDATE saga SET lease_owner = 'crashed' WHERE saga_id = :sagaId AND lease_owner IS NOT NULL")
        .param("sagaId", sagaId)
        .update();
  }
}
