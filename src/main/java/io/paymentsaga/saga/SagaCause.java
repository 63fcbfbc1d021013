package io.paymentsaga.saga;

import org.apache.camel.Exchange;
import org.apache.camel.support.ExchangeHelper;

/**
 * Why a saga moves, as its history tells it. Every part may be null.
 *
 * @param cause what happened, in a word or two
 * @param eventId the message that said so
 * @param actor who wanted it
 * @param detail more, for a reader
 */
public record SagaCause(String cause, String eventId, String actor, String detail) {

  /** A cause of which no more is known. */
  public static SagaCause of(String cause) {
    return new SagaCause(cause, null, null, null);
  }

  /**
   * What the properties of {@link SagaExchange} say. Without {@link SagaExchange#CAUSE} it is the
   * current route, without {@link SagaExchange#DETAIL} the exception the exchange failed with.
   */
  static SagaCause of(Exchange exchange) {
    String cause = exchange.getProperty(SagaExchange.CAUSE, String.class);
    String detail = exchange.getProperty(SagaExchange.DETAIL, String.class);
    if (detail == null && exchange.getException() != null) {
      detail = ErrorText.of(exchange.getException());
    }
    return new SagaCause(
        cause != null ? cause : ExchangeHelper.getRouteId(exchange),
        exchange.getProperty(SagaExchange.EVENT_ID, String.class),
        exchange.getProperty(SagaExchange.ACTOR, String.class),
        detail);
  }
}
