package io.paymentsaga.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** A record's headers as JSON, in their order and with repeats: {@code key}, {@code value}. */
public final class KeptHeaders {
  private static final JsonMapper JSON = new JsonMapper();

  private KeptHeaders() {}

  /**
   * One header.
   *
   * @param value base64 in JSON; null when the header has none
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Kept(String key, byte[] value) {}

  static String write(Headers headers) {
    List<Kept> all = new ArrayList<>();
    for (Header header : headers) {
      all.add(new Kept(header.key(), header.value()));
    }
    try {
      return JSON.writeValueAsString(all);
    } catch (JsonProcessingException bug) {
      throw new IllegalArgumentException("headers cannot be written as JSON", bug);
    }
  }

  /** The headers that were written. */
  public static List<Kept> read(String json) {
    try {
      return JSON.readValue(json, new TypeReference<>() {});
    } catch (JsonProcessingException bug) {
      throw new IllegalArgumentException("the database holds headers that cannot be read", bug);
    }
  }

  static Headers restore(String json) {
    RecordHeaders headers = new RecordHeaders();
    read(json).forEach(kept -> headers.add(kept.key(), kept.value()));
    return headers;
  }
}
