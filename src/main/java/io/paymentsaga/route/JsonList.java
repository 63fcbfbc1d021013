package io.paymentsaga.route;

import com.fasterxml.jackson.databind.util.RawValue;
import io.paymentsaga.http.Cursor;
import io.paymentsaga.http.ListParameters;
import io.paymentsaga.http.ListQuery;
import io.paymentsaga.http.Page;
import io.paymentsaga.http.Pages;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * A list the database renders: each row brings the item as JSON text in {@code json}, and where it
 * stands in {@code id} and {@code at}. A list whose items may be large ends a page early, with at
 * least one item, and tells in {@code found} how many rows there are without that.
 */
record JsonList(Pages pages, ListParameters parameters) {
  /** How much JSON the items of a page may be together. */
  private static final int MOST_BYTES = 1024 * 1024;

  /** What the caller wants to see; kept with the exchange for {@link #page}. */
  ListQuery query(Exchange exchange) {
    ListQuery query = pages.read(exchange, parameters);
    exchange.setProperty(ListQuery.PROPERTY, query);
    return query;
  }

  /** The statement's parameters that every list has; a filter that was not given is null. */
  static Map<String, Object> asked(ListQuery query, String... filters) {
    Map<String, Object> asked = new HashMap<>();
    for (String filter : filters) {
      asked.put(filter, query.filter(filter).orElse(null));
    }
    asked.put("cursorAt", query.after().map(at -> at.createdAt().toString()).orElse(null));
    asked.put("cursorId", query.after().map(Cursor::id).orElse(null));
    asked.put("limit", query.rows());
    asked.put("mostBytes", MOST_BYTES);
    return asked;
  }

  Page<RawValue> page(ListQuery query, List<Map<String, Object>> rows) {
    Page<Map<String, Object>> page =
        pages.page(
            parameters,
            query,
            rows,
            found(rows),
            row -> new Cursor(Instant.parse((String) row.get("at")), (String) row.get("id")));
    return new Page<>(
        page.items().stream().map(row -> new RawValue((String) row.get("json"))).toList(),
        page.nextCursor());
  }

  private static long found(List<Map<String, Object>> rows) {
    Object found = rows.isEmpty() ? null : rows.get(0).get("found");
    return found == null ? rows.size() : (Long) found;
  }
}
