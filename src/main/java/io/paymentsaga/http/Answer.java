package io.paymentsaga.http;

import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * What a call was answered, as far as a repeat is told it again.
 *
 * @param location null when there is none
 */
record Answer(int status, String contentType, String location, String body) {
  /** Tells a repeated answer from a new one, by the name other services use. */
  private static final String REPLAYED = "Idempotent-Replayed";

  private static final String LOCATION = "Location";

  /** The answer an exchange has come to. */
  static Answer of(Exchange exchange) {
    Message message = exchange.getMessage();
    return new Answer(
        message.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class),
        message.getHeader(Exchange.CONTENT_TYPE, String.class),
        message.getHeader(LOCATION, String.class),
        text(message.getBody()));
  }

  private static String text(Object body) {
    return body instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "" + body;
  }

  /** Answers another exchange the same. */
  void repeat(Exchange exchange) {
    Message message = exchange.getMessage();
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    message.setHeader(Exchange.CONTENT_TYPE, contentType);
    message.setHeader("Cache-Control", "no-store");
    message.setHeader(REPLAYED, "true");
    if (location != null) {
      message.setHeader(LOCATION, location);
    }
    message.setBody(body.getBytes(StandardCharsets.UTF_8));
  }
}
