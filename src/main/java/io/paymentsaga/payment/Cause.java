package io.paymentsaga.payment;

/**
 * Why something happens to a payment, for its timeline.
 *
 * @param source what brought it: {@code checkout}, {@code stripe}, {@code order.cancelled}, {@code
 *     operator} and the like
 * @param eventId the event or message that brought it, or null
 * @param actor who asked, or null
 */
public record Cause(String source, String eventId, String actor) {
  /** Something this service found out or does by itself. */
  public static Cause of(String source) {
    return new Cause(source, null, null);
  }
}
