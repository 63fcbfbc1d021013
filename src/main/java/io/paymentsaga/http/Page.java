package io.paymentsaga.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * One page of a list.
 *
 * @param nextCursor what to ask the next page with; null on the last page
 */
public record Page<T>(List<T> items, @JsonInclude(JsonInclude.Include.NON_NULL) String nextCursor) {
  public Page {
    items = List.copyOf(items);
  }
}
