package io.paymentsaga.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.paymentsaga.payment.Dispute;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.Refund;
import java.util.List;
import java.util.Map;

/**
 * Payments, refunds and disputes as rows of the database, which hands and takes them as JSON: a
 * component a column.
 */
public final class Rows {
  private final ObjectMapper json =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addMixIn(Payment.class, Row.class)
          .addMixIn(Refund.class, Row.class)
          .addMixIn(Dispute.class, Row.class)
          .build();

  public Payment payment(String row) {
    return read(row, new TypeReference<>() {});
  }

  public Refund refund(String row) {
    return read(row, new TypeReference<>() {});
  }

  public List<Dispute> disputes(String rows) {
    return read(rows, new TypeReference<>() {});
  }

  public List<Refund> refunds(String rows) {
    return read(rows, new TypeReference<>() {});
  }

  /** Any JSON object the database has rendered, member by member. */
  public Map<String, Object> object(String text) {
    return read(text, new TypeReference<>() {});
  }

  /** Any value as JSON text; times as RFC 3339. */
  public String write(Object value) {
    try {
      return json.writeValueAsString(value);
    } catch (JsonProcessingException bug) {
      throw new IllegalArgumentException("cannot be written as JSON: " + value.getClass(), bug);
    }
  }

  private <T> T read(String text, TypeReference<T> type) {
    try {
      return json.readValue(text, type);
    } catch (JsonProcessingException bug) {
      throw new IllegalArgumentException("the database holds a row this version cannot read", bug);
    }
  }

  @JsonNaming(SnakeCaseStrategy.class)
  private interface Row {}
}
