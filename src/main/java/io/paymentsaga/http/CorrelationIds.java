package io.paymentsaga.http;

import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * The first step of every HTTP route: settles under which ids the call is found again. The exchange
 * properties {@code correlationId} and {@code traceparent} are set afterwards, and the message
 * headers of the same meaning agree with them, whatever the caller sent.
 *
 * <p>Nothing is put into the logging context: a route may go on in another thread, where it could
 * not be taken out again reliably. Log lines name the id themselves.
 */
public final class CorrelationIds implements Processor {
  /** The name of the exchange property. */
  public static final String PROPERTY = "correlationId";

  /** The name of the request and response header. */
  public static final String HEADER = "X-Correlation-Id";

  private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  @Override
  public void process(Exchange exchange) {
    Message message = exchange.getMessage();
    String correlationId = accepted(message.getHeader(HEADER, String.class));
    exchange.setProperty(PROPERTY, correlationId);
    message.setHeader(HEADER, correlationId);

    String traceparent = Traceparent.continued(message.getHeader(Traceparent.NAME, String.class));
    exchange.setProperty(Traceparent.NAME, traceparent);
    message.setHeader(Traceparent.NAME, traceparent);
  }

  /** The exchange's correlation id; one is given to an exchange that has none. */
  public static String of(Exchange exchange) {
    String known = exchange.getProperty(PROPERTY, String.class);
    if (known != null) {
      return known;
    }
    String correlationId = accepted(exchange.getMessage().getHeader(HEADER, String.class));
    exchange.setProperty(PROPERTY, correlationId);
    return correlationId;
  }

  /** The caller's id when it is one we accept, else a new one. */
  public static String accepted(String offered) {
    return offered != null && ACCEPTED.matcher(offered).matches()
        ? offered
        : UUID.randomUUID().toString();
  }
}
