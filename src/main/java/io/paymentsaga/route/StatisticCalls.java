package io.paymentsaga.route;

import io.paymentsaga.http.ListParameters;
import io.paymentsaga.http.ListQuery;
import io.paymentsaga.http.Pages;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;

/** The step of the call on the payments' figures. */
public final class StatisticCalls {
  private static final ListParameters PARAMETERS = ListParameters.of("payment-statistics").period();

  private final Pages pages;

  public StatisticCalls(Pages pages) {
    this.pages = pages;
  }

  /** Which period to ask the database for: payments created in it; open at an end not given. */
  public Map<String, Object> asked(Exchange exchange) {
    ListQuery query = pages.read(exchange, PARAMETERS);
    Map<String, Object> asked = new HashMap<>();
    asked.put("from", query.from().map(Instant::toString).orElse(null));
    asked.put("to", query.to().map(Instant::toString).orElse(null));
    return asked;
  }
}
