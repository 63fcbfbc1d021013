package io.paymentsaga.route;

import com.fasterxml.jackson.databind.util.RawValue;
import io.paymentsaga.http.ListParameters;
import io.paymentsaga.http.ListQuery;
import io.paymentsaga.http.Page;
import io.paymentsaga.http.Pages;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** The steps of the operators' call that lists disputes. */
public final class DisputeCalls {
  private static final ListParameters PARAMETERS =
      ListParameters.of("disputes").paged().oneOf("status", List.of("open", "won", "lost"));

  private final JsonList list;

  public DisputeCalls(Pages pages) {
    this.list = new JsonList(pages, PARAMETERS);
  }

  /** What to ask the database for. */
  public Map<String, Object> listed(Exchange exchange) {
    return JsonList.asked(list.query(exchange), "status");
  }

  /** The page the database's rows make. */
  public Page<RawValue> page(
      @Body List<Map<String, Object>> rows, @ExchangeProperty(ListQuery.PROPERTY) ListQuery query) {
    return list.page(query, rows);
  }
}
