package io.paymentsaga.http;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a caller wants to see of a list.
 *
 * @param limit how many items a page holds at most, 1 to 200
 * @param after where the page before ended; empty for the first page
 * @param from only items created at this time or later
 * @param to only items created before this time
 * @param filters the filters that were given, by name
 */
public record ListQuery(
    int limit,
    Optional<Cursor> after,
    Optional<Instant> from,
    Optional<Instant> to,
    Map<String, String> filters) {
  /** The name of the exchange property. */
  public static final String PROPERTY = "listQuery";

  public ListQuery {
    filters = Map.copyOf(filters);
  }

  /** The value of one filter. */
  public Optional<String> filter(String name) {
    return Optional.ofNullable(filters.get(name));
  }

  /** How many rows to read, so that it shows whether another page follows. */
  public int rows() {
    return limit + 1;
  }
}
