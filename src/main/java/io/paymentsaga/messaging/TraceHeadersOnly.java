package io.paymentsaga.messaging;

import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * Lets only W3C trace headers of a foreign record become Camel headers: any other name could steer
 * a component or a saga. The record's own headers stay readable, untouched, under Camel's {@code
 * kafka.HEADERS}.
 */
public final class TraceHeadersOnly implements HeaderFilterStrategy {
  private static final Set<String> TRACE = Set.of("traceparent", "tracestate");

  @Override
  public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
    return !TRACE.contains(name);
  }

  @Override
  public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
    return true;
  }
}
