package io.paymentsaga.route;

import com.fasterxml.jackson.databind.util.RawValue;
import io.paymentsaga.http.ListParameters;
import io.paymentsaga.http.ListQuery;
import io.paymentsaga.http.Page;
import io.paymentsaga.http.Pages;
import io.paymentsaga.http.ProblemException;
import io.paymentsaga.messaging.KeptHeaders;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** The steps of the operators' calls on dead letters. */
public final class DeadLetterCalls {
  private static final String WAITING = "WAITING";
  private static final String REPLAYED = "REPLAYED";
  private static final String DISCARDED = "DISCARDED";
  private static final ListParameters PARAMETERS =
      ListParameters.of("dead-letters")
          .paged()
          .oneOf("status", List.of(WAITING, REPLAYED, DISCARDED))
          .id("topic");

  private final JsonList list;
  private final Rows rows;

  public DeadLetterCalls(Pages pages, Rows rows) {
    this.list = new JsonList(pages, PARAMETERS);
    this.rows = rows;
  }

  /** What to ask the database for a list of dead letters. */
  public Map<String, Object> listed(Exchange exchange) {
    return JsonList.asked(list.query(exchange), "status", "topic");
  }

  /** The page the database's rows make. */
  public Page<RawValue> page(
      @Body List<Map<String, Object>> rows, @ExchangeProperty(ListQuery.PROPERTY) ListQuery query) {
    return list.page(query, rows);
  }

  /**
   * All that is known of one dead letter.
   *
   * @throws ProblemException 404
   */
  public Map<String, Object> show(@Body Map<String, Object> row) {
    Map<String, Object> shown = new LinkedHashMap<>(rows.object((String) found(row).get("json")));
    ReadableBytes value = ReadableBytes.of((byte[]) row.get("value"));
    shown.put("keyEncoding", ReadableBytes.of((byte[]) row.get("key")).encoding());
    shown.put("error", row.get("error"));
    shown.put("partition", row.get("partition"));
    shown.put("offset", row.get("offset"));
    shown.put("timestamp", Instant.ofEpochMilli((Long) row.get("kafka_timestamp")));
    shown.put("value", value.text());
    shown.put("valueEncoding", value.encoding());
    shown.put(
        "headers",
        KeptHeaders.read((String) row.get("headers")).stream()
            .map(DeadLetterCalls::shown)
            .toList());
    shown.put("actions", new RawValue((String) row.get("actions")));
    return shown;
  }

  private static Map<String, Object> shown(KeptHeaders.Kept header) {
    ReadableBytes value = ReadableBytes.of(header.value());
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("key", header.key());
    shown.put("value", value.text());
    shown.put("encoding", value.encoding());
    return shown;
  }

  /**
   * The dead letter after a replay: replayed now or before, or waiting again.
   *
   * @throws ProblemException 404; 409 when it was discarded
   */
  public String replayed(@Body Map<String, Object> row) {
    return unless(DISCARDED, row, "The message was discarded.");
  }

  /**
   * The dead letter after it was discarded, now or before.
   *
   * @throws ProblemException 404; 409 when it has had its effect
   */
  public String discarded(@Body Map<String, Object> row) {
    return unless(REPLAYED, row, "The message was replayed and has had its effect.");
  }

  private static String unless(String status, Map<String, Object> row, String conflict) {
    if (found(row).get("status").equals(status)) {
      throw ProblemException.conflict(conflict);
    }
    return (String) row.get("json");
  }

  private static Map<String, Object> found(Map<String, Object> row) {
    if (row == null) {
      throw ProblemException.notFound("There is no such dead letter.");
    }
    return row;
  }
}
