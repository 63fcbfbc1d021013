package io.paymentsaga.http;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Exchanges as the server makes them, and what came of them. */
final class Requests {
  private Requests() {}

  static Exchange json(String body) {
    return withBody("application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  static Exchange withBody(String contentType, byte[] body) {
    Exchange exchange = empty();
    exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, contentType);
    exchange.getMessage().setBody(body);
    return exchange;
  }

  static Exchange empty() {
    return new DefaultExchange(new DefaultCamelContext());
  }

  /** The faults a call ended with, as {@code "pointer code"}. */
  static List<String> faults(ThrowingCallable call) {
    return problem(call).errors().stream()
        .map(error -> error.pointer() + " " + error.code().code())
        .toList();
  }

  static ProblemException problem(ThrowingCallable call) {
    ProblemException problem = catchThrowableOfType(ProblemException.class, call);
    if (problem == null) {
      throw new AssertionError("The call was not refused");
    }
    return problem;
  }
}
