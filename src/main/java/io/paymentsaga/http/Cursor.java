package io.paymentsaga.http;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Where a page of a list ended: lists are sorted by creation time and id, newest first.
 *
 * @param createdAt of the page's last item, in microseconds as PostgreSQL keeps it
 * @param id of the page's last item
 */
public record Cursor(Instant createdAt, String id) {
  public Cursor {
    createdAt = createdAt.truncatedTo(ChronoUnit.MICROS);
  }
}
